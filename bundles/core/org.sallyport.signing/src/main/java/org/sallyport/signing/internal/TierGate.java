package org.sallyport.signing.internal;

import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.trust.TrustLevels.Trust;

/**
 * The gate {@code tier}: there is a place where code of that trust level may run. In-process there is none but for
 * internal plugins, and other tiers are not there yet.
 */
@Component
public final class TierGate implements AdmissionGate {
    private final SigningComponent signing;

    /** Asks the gate {@code signature} what it found a moment before, of these very bytes. */
    @Activate
    public TierGate(@Reference SigningComponent signing) {
        this.signing = signing;
    }

    @Override
    public String name() {
        return "tier";
    }

    @Override
    public Verdict check(Candidate candidate) {
        Optional<Trust> trust = signing.ofArchive(candidate.sha256());
        if (trust.isEmpty()) {
            return Verdict.couldNotRun(
                    "it did not pass the gate [signature] before",
                    "See that the launcher's list of gates has both in order");
        }
        TrustLevel level = trust.get().level();
        if (level == TrustLevel.INTERNAL) {
            return Verdict.PASSED;
        }
        String plugin = candidate.descriptor().id().value();
        return Verdict.fail(
                "its trust level is [" + level.label() + "], and this host runs plugins in its own process alone, where"
                        + " only [internal] ones may run",
                "If you trust its code like the host's own, give its publisher the level [internal] with 'key:trust',"
                        + " and see that neither its manifest nor 'limits' in keys/trust.json asks less for [" + plugin
                        + "]");
    }
}
