package org.sallyport.admission.internal;

/** A revision did not come into service. The message is one sentence. */
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether another plugin or bundle that comes may mend it. */
    final boolean waits;

    /** What to do about it. */
    final String next;

    /** Whether it may come up later without a change of anything that is known here. */
    private boolean again;

    /** Whether it waits until somebody agrees to what it asks for. */
    private boolean held;

    StartFailure(String cause, String next, boolean waits) {
        super(cause);
        this.next = next;
        this.waits = waits;
    }

    /** The same, of what is worth another try later. */
    StartFailure mayPass() {
        again = true;
        return this;
    }

    /** The same, of what waits until somebody agrees. */
    StartFailure held(boolean waits) {
        held = waits;
        return this;
    }

    boolean isHeld() {
        return held;
    }

    boolean isWorthAnotherTry() {
        return again;
    }
}
