package org.sallyport.spi.sandbox;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permissions;

/**
 * The run-time guard: checks in the JDK and in the framework that ask, of each act that needs a permission, in whose name it is
 * done. A service of the launcher, always there, armed or not. Thread-safe.
 *
 * <p>It is armed when it is first needed and never disarmed: a JVM without confined plugins runs the JDK's code as it is. Without
 * it nothing may be confined, and {@link Status#cause} says why.
 */
@ProviderType
public interface Guard {
    /** How it stands. Quick. */
    Status status();

    /**
     * Arms it, if it was not tried before. It takes about a third of a second of the first caller, and the others wait for him.
     *
     * @return how it stands now; never throws
     */
    Status arm();

    /**
     * Confines a bundle: from now on its classes do what the permissions allow and nothing else. To be called before its first class
     * is loaded, once for each revision, as {@code TierProvider.installed} does; classes of an earlier revision keep their domain.
     *
     * @throws IllegalStateException if the guard is not armed
     */
    ThreadDomain confine(Bundle bundle, PluginId plugin, Version version, Permissions permissions);

    /**
     * The host's own domain, in which everything is permitted. To be entered where a plugin calls a service of the host, which
     * decides by itself what it does for whom; and by threads of the host that call nothing of a plugin but through an entry that
     * enters the plugin's domain: their guarded calls then cost next to nothing. Without the guard, entering it does nothing.
     */
    ThreadDomain host();

    /**
     * What is known of the guard.
     *
     * @param armed whether it checks
     * @param cause why it does not, and what to do; empty if armed
     * @param release the feature release of this JDK, such as 17
     * @param table the rules of that release, such as {@code 25: 240 rules in 90 classes}; empty if there are none
     * @param layers which parts stand, such as {@code jdk}, {@code framework}
     * @param selfTest what a canary without permissions tried, and what came of it; empty before arming
     */
    record Status(boolean armed, String cause, int release, String table, List<String> layers, List<String> selfTest) {
        public Status {
            layers = List.copyOf(layers);
            selfTest = List.copyOf(selfTest);
        }
    }
}
