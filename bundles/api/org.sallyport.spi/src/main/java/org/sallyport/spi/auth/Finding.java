package org.sallyport.spi.auth;

/** What became of a token. */
public sealed interface Finding {
    /** It belongs to somebody. */
    record Known(Caller caller) implements Finding {}

    /**
     * It is good for nothing, or not for this (RFC 6750 section 3.1).
     *
     * @param error {@value #INVALID_TOKEN} or {@value #INSUFFICIENT_SCOPE}
     * @param why in one sentence, which the caller is told
     * @param scope what would be needed, parted by blanks; empty if that is not what is missing
     */
    record Refused(String error, String why, String scope) implements Finding {
        /** The error code of a token that is wrong, has ended, or is somebody else's. */
        public static final String INVALID_TOKEN = "invalid_token";

        /** The error code of a token that is good for too little. */
        public static final String INSUFFICIENT_SCOPE = "insufficient_scope";

        /** A token that is wrong. */
        public static Refused invalid(String why) {
            return new Refused(INVALID_TOKEN, why, "");
        }
    }

    /**
     * It cannot be found out now.
     *
     * @param why in one sentence
     */
    record Unavailable(String why) implements Finding {}
}
