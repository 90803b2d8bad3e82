package org.sallyport.spi.admission;

import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * One check between a file and a running plugin. Which gates are required, and in which order, is a fixed list of the
 * launcher; a gate of that list that is absent, throws, or takes longer than 10 seconds counts as failed. No class of
 * the plugin is loaded before all of them said {@link Verdict.Kind#PASS}.
 */
@ConsumerType
public interface AdmissionGate {
    /** The gate's name in the launcher's list, such as {@code archive}. */
    String name();

    /** Checks a candidate. */
    Verdict check(Candidate candidate);

    /** What is checked. */
    @ProviderType
    interface Candidate {
        /** The archive's bytes, the very ones that will be installed. Not to be changed. */
        byte[] archive();

        /** SHA-256 of the bytes, hexadecimal. */
        String sha256();

        /** Where it came from. */
        String origin();

        /**
         * Whether these bytes were let in before and come from the store, for a start or a rollback: the registry names
         * them by their digest. Nobody who offers an archive can say so.
         */
        default boolean returning() {
            return false;
        }

        /** What it says of itself; from the manifest alone. */
        PluginDescriptor descriptor();
    }

    /**
     * What a gate says.
     *
     * @param kind only {@link Kind#PASS} proceeds
     * @param reason why not, in one sentence; empty if it passes
     * @param next what to do about it; may be empty
     */
    record Verdict(Kind kind, String reason, String next) {
        /** The answers. */
        public enum Kind {
            PASS,
            /** Nothing is wrong with it, but somebody has to agree. Of the last gate alone, as others may have more to say. */
            HOLD,
            FAIL,
            COULD_NOT_RUN
        }

        /** It may pass. */
        public static final Verdict PASSED = new Verdict(Kind.PASS, "", "");

        /** It may not pass. */
        public static Verdict fail(String reason, String next) {
            return new Verdict(Kind.FAIL, reason, next);
        }

        /** It waits until somebody agrees. */
        public static Verdict hold(String reason, String next) {
            return new Verdict(Kind.HOLD, reason, next);
        }

        /** It is not known whether it may pass, which counts as no. */
        public static Verdict couldNotRun(String reason, String next) {
            return new Verdict(Kind.COULD_NOT_RUN, reason, next);
        }
    }
}
