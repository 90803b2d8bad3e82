package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jail that workers get: the first that may be taken and works, bubblewrap before Landlock, as it hides more.
 *
 * @param jail it; or none
 * @param refused why those that were tried are not it, by their names
 */
record Jails(Jail jail, Map<String, String> refused) {
    static final String BUBBLEWRAP = "bubblewrap";
    static final String LANDLOCK = "landlock";

    private static final Logger log = LoggerFactory.getLogger(Jails.class);

    private interface Finder {
        Jail find() throws IOException;
    }

    /** Tries them, which takes a moment. */
    static Jails find(WorkerSettings settings) {
        Map<String, Finder> finders = new LinkedHashMap<>();
        finders.put(BUBBLEWRAP, () -> Bubblewrap.find(settings));
        finders.put(LANDLOCK, () -> LandlockJail.find(settings));
        Map<String, String> refused = new LinkedHashMap<>();
        for (Map.Entry<String, Finder> one : finders.entrySet()) {
            if (settings.mayTake(one.getKey())) {
                try {
                    return new Jails(one.getValue().find(), refused);
                } catch (IOException | RuntimeException | LinkageError e) {
                    log.debug("The jail [{}] cannot be had", one.getKey(), e);
                    refused.put(one.getKey(), String.valueOf(e.getMessage()));
                }
            }
        }
        Jails none = new Jails(new NoJail(settings), refused);
        if (!refused.isEmpty()) {
            log.warn("Workers cannot be jailed on this machine: {}", none.cause());
        }
        return none;
    }

    /** Why those that were tried are not it, in one sentence part. */
    String cause() {
        return refused.entrySet().stream()
                .map(one -> one.getKey() + ": " + one.getValue())
                .collect(Collectors.joining("; "));
    }
}
