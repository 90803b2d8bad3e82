package org.sallyport.admission.internal;

/** A revision did not come into service. The message is one sentence. */
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether another plugin or bundle that comes may mend it. */
    final boolean waits;

    /** What to do about it. */
    final String next;

    StartFailure(String cause, String next, boolean waits) {
        super(cause);
        this.next = next;
        this.waits = waits;
    }
}
