package org.sallyport.signing.internal.format;

/** A signature that does not count. The message is one sentence part such as "its envelope is damaged". */
public final class SignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String next;

    /**
     * @param message what is wrong
     * @param next what to do about it
     */
    public SignatureException(String message, String next) {
        super(message);
        this.next = next;
    }

    /** What to do about it. */
    public String next() {
        return next;
    }
}
