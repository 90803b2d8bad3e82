package org.sallyport.spi.policy;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.config.Settings;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;

/**
 * A plugin type whose plugins stand in the policy chain. Registered as a service by the type's bundle, which alone
 * knows the contract.
 *
 * @param <P> the contract that plugins implement
 */
@ConsumerType
public interface PolicyType<P> {
    /**
     * Namespace of the capability by which a bundle says that it brings a plugin type, whose name is the attribute of the
     * same name. The bundle is called like the package of its contract.
     */
    String NAMESPACE = "org.sallyport.type";

    /** The type's name in configuration, statistics and audit, such as {@code security}. */
    String name();

    /** The contract. */
    Class<P> contract();

    /** What plugins of this type may do. */
    Rules rules();

    /**
     * Makes a chain member of a plugin and its settings. Runs the plugin's code.
     *
     * @throws org.sallyport.api.config.SettingsException if the plugin cannot work with the settings
     */
    Member configure(P plugin, Settings settings);

    /**
     * What plugins of a type may do.
     *
     * @param decisions the kinds of decision they may give; empty for a type that only observes
     * @param mustDecide whether {@link PolicyDecision.Kind#PASS} is no answer
     * @param clears whether a block or a change of theirs clears the content from report, log and metrics
     * @param countsAsSecurity whether a message they allowed is {@code allowed} rather than {@code no_security}
     * @param ordered whether they have a priority; those without come after all others, in order of configuration
     */
    record Rules(
            Set<PolicyDecision.Kind> decisions,
            boolean mustDecide,
            boolean clears,
            boolean countsAsSecurity,
            boolean ordered) {
        public Rules {
            decisions = Set.copyOf(decisions);
        }

        /** Whether the type only observes: its members get reports, not calls. */
        public boolean observes() {
            return decisions.isEmpty();
        }
    }

    /** A plugin with its settings, ready for calls from several threads at a time. */
    @ConsumerType
    interface Member extends AutoCloseable {
        /** Decides on a message; not called for a type that observes. */
        default PolicyDecision decide(PolicyCall call) throws Exception {
            throw new IllegalStateException("This plugin type observes and does not decide");
        }

        /** Takes notice of what was decided; only called for a type that observes. */
        default void observe(PolicyReport report) throws Exception {
            throw new IllegalStateException("This plugin type decides and does not observe");
        }

        /** Called once after the last call. */
        @Override
        default void close() throws Exception {}
    }
}
