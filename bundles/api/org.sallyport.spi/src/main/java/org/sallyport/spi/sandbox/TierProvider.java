package org.sallyport.spi.sandbox;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.framework.Bundle;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;

/**
 * Runs plugins in a tier other than {@link Tier#HOST}. A service. Admission asks it in this order, for one revision on one thread;
 * for different revisions it is asked at the same time.
 */
@ConsumerType
public interface TierProvider {
    /** The tier that it offers. */
    Tier tier();

    /** What holds its plugins on this host now, for people, such as {@code process, bubblewrap, limits}. */
    default List<String> layers() {
        return List.of();
    }

    /**
     * Whether it can take a plugin of this level, and holds it as it has to: all its layers are in place. It is asked before anything of the
     * plugin is loaded, by the gate {@code tier} and again right before {@link #body}. Quick: nothing is started for it.
     */
    Verdict accepts(Candidate candidate, TrustLevel level);

    /**
     * What the framework installs: the archive itself, or one that stands in its place with the same name, version, and
     * capabilities and without the code.
     */
    default byte[] body(Candidate candidate) {
        return candidate.archive();
    }

    /**
     * The bundle is installed and about to be started. What has to be known before its first class is loaded is noted here.
     */
    default void installed(Bundle bundle, Candidate candidate) {}

    /**
     * The bundle was started. Services that it has by way of this tier are registered with its own context when this returns.
     *
     * @throws Exception if it does not come up; its message is the cause that the operator reads
     */
    default void started(Bundle bundle, Candidate candidate) throws Exception {}

    /**
     * The bundle is about to be stopped, and no call runs through it any more, unless it hangs. Called once after
     * {@link #installed}, also if the start failed or never ended. Returns when all it had is gone.
     */
    default void stopping(Bundle bundle) {}
}
