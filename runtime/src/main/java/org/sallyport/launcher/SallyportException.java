package org.sallyport.launcher;

/** Sallyport could not be started or stopped. The message says why and what to do next. */
public final class SallyportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure without another one behind it. */
    public SallyportException(String message) {
        super(message);
    }

    /** A failure that was caused by another. */
    public SallyportException(String message, Throwable cause) {
        super(message, cause);
    }
}
