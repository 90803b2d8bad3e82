package org.sallyport.spi.trust;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads one more form of detached signatures, as a service. Such a signature is over the archive's bytes and says nothing of the plugin in
 * it. Whether it is good, and its key was good for it, is decided here; whom the key belongs to and what that is good for, by the gate
 * {@code signature}. What it is given may be made by anybody. Implementations are thread-safe, and give the same answer to the same
 * arguments.
 */
@ConsumerType
public interface DetachedForm {
    /** Its name in lists, lower-case, such as {@code openpgp}. */
    String format();

    /**
     * Reads a public key as people pass it on.
     *
     * @param file at most {@link Evidence#MAX_SIZE} bytes
     * @throws Refused if it is none, or none that could sign
     */
    Key key(byte[] file) throws Refused;

    /**
     * Looks for a good signature of an archive by one of these keys.
     *
     * @param signature at most {@link Evidence#MAX_SIZE} bytes and one more
     * @param keys each as {@link Key#encoded()} gave it
     * @param today until when a key has to be valid
     * @param returning whether the archive was let in before: then its key has to be valid when it signed, but no longer
     * @throws Refused if there is none; of several the reason of the one that came furthest
     */
    Verified verify(byte[] archive, byte[] signature, List<byte[]> keys, Instant today, boolean returning)
            throws Refused;

    /**
     * A public key.
     *
     * @param encoded as it is kept in trust files; the same key in another wrapping gives the same
     * @param fingerprint as the field writes it, lower-case hexadecimal
     */
    record Key(byte[] encoded, String fingerprint) {}

    /**
     * A signature that is good.
     *
     * @param key the place of its key in the list
     * @param fingerprints of the key, and of the part of it that signed; either may have been revoked by an operator
     * @param signed when, as it says itself
     */
    record Verified(int key, List<String> fingerprints, Instant signed) {
        public Verified {
            fingerprints = List.copyOf(fingerprints);
        }
    }

    /** How far a signature came that is not good, in this order. */
    enum Stage {
        /** It is damaged, too large, or of a kind that does not count. */
        FORM,
        /** Its key is not among those that were given. */
        KEY,
        /** It is not one of its key over these bytes. */
        SIGNATURE,
        /** Its key may not sign, or might not then, or does not count any more. */
        RIGHT
    }

    /** A signature or a key that does not count. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final Stage stage;
        private final String next;

        /**
         * @param reason a part of a sentence that begins with "it" or a noun
         * @param next what to do, one sentence without its full stop
         */
        public Refused(Stage stage, String reason, String next) {
            super(reason);
            this.stage = stage;
            this.next = next;
        }

        public Stage stage() {
            return stage;
        }

        public String next() {
            return next;
        }
    }
}
