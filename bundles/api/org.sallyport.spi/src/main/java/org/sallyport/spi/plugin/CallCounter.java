package org.sallyport.spi.plugin;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Counts the calls of plugins. Registered as a service by each host that makes them. Thread-safe. */
@ConsumerType
public interface CallCounter {
    /** The calls of a plugin's handlers in the version in service, since that came in. Waits for no plugin. */
    List<Calls> callsOf(String plugin);

    /**
     * The calls of one handler at one place.
     *
     * @param place where it is called, such as a hook with the handler's id; the same for each version
     * @param calls how many ended, exactly
     * @param errors how many of them failed, exactly
     * @param p50Nanos median time; 0 if none was timed
     * @param suspended whether it is not called at the moment, because it failed or was slow too often
     */
    record Calls(String place, long calls, long errors, long p50Nanos, boolean suspended) {
        /** Of one that is called. */
        public Calls(String place, long calls, long errors, long p50Nanos) {
            this(place, calls, errors, p50Nanos, false);
        }
    }
}
