package org.sallyport.sandbox.internal.budget;

/** Ends a call that is over its budget. An error, as few catch those; who does finds the next one at the beginning of the handler. */
public final class BudgetExceeded extends Error {
    private static final long serialVersionUID = 1L;

    BudgetExceeded(String message) {
        super(message);
    }
}
