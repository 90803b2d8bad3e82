package org.sallyport.gogo.internal;

/** A command failed; the message is one sentence that is safe to print. */
final class CommandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
