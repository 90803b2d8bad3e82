package org.sallyport.signing.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.signing.internal.format.SignatureException;

/** A signature that does not count, how far it came, and why. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    /** How far a signature came. */
    enum Stage {
        FORM,
        SUBJECT,
        KEY,
        SIGNATURE,
        RIGHT
    }

    private final Stage stage;
    private final transient SignatureException why;

    Refused(Stage stage, SignatureException why) {
        super(why);
        this.stage = stage;
        this.why = why;
    }

    Refused(Stage stage, String reason, String next) {
        this(stage, new SignatureException(reason, next));
    }

    /** The reason, for whoever brought the archive. */
    SignatureException why() {
        return why;
    }

    /** Of several, the one that came furthest. Not thread-safe. */
    static final class Furthest {
        private @Nullable Refused furthest;

        void take(Refused refused) {
            Refused before = furthest;
            if (before == null || before.stage.compareTo(refused.stage) < 0) {
                furthest = refused;
            }
        }

        /** It, or a refusal of the form if there was none. @param reason why there is none */
        Refused or(String reason, String next) {
            Refused refused = furthest;
            return refused == null ? new Refused(Stage.FORM, reason, next) : refused;
        }
    }
}
