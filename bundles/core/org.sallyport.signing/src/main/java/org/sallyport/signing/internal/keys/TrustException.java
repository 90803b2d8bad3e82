package org.sallyport.signing.internal.keys;

/** It is not known who is trusted. The message is a sentence for people. */
public final class TrustException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    public TrustException(String message) {
        super(message);
    }
}
