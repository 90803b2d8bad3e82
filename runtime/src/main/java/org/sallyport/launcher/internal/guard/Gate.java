package org.sallyport.launcher.internal.guard;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * What guarded methods call. It is no class of its own package when it works: {@link GateDefiner} makes it a class of {@code
 * java.base}, in a package that is not exported, where nobody but the JDK's modules can call it. So it knows types of the JDK alone
 * and has no inner classes and lambdas.
 *
 * <p>The checker is written once. There is no way to take it out again. The one instance, given to who wrote the checker, changes
 * the domain of the current thread.
 */
@SuppressWarnings("PMD")
public final class Gate implements UnaryOperator<Object> {
    /** Of each thread: its domain, and whether the checker is at work. */
    private static final ThreadLocal<Object[]> STATE = new ThreadLocal<>();

    private static BiFunction<Object, Object[], Object> checker;

    /** The domain in which everything is permitted. Volatile, and written last: who sees it sees the checker. */
    private static volatile Object host;

    private Gate() {}

    /**
     * Arms it.
     *
     * @param checker is called with the number of a rule, and the thread's state followed by three arguments; its answer takes the
     *     place of the first argument, where the rule says so
     * @param host the domain whose threads are not checked
     * @return changes the domain of the current thread and returns the one it had
     * @throws IllegalStateException if it is armed already
     */
    public static synchronized UnaryOperator<Object> arm(BiFunction<Object, Object[], Object> checker, Object host) {
        if (Gate.host != null || checker == null || host == null) {
            throw new IllegalStateException("the gate is armed");
        }
        Gate.checker = checker;
        Gate.host = host;
        return new Gate();
    }

    @Override
    public Object apply(Object domain) {
        Object[] state = state();
        Object before = state[0];
        state[0] = domain;
        return before;
    }

    /** Returns if it may be done. @throws SecurityException if not */
    public static void check(int rule, Object first, Object second, Object third) {
        Object free = host;
        if (free == null) {
            return;
        }
        Object[] state = state();
        // The checker opens files itself.
        if (state[0] != free && state[1] == null) {
            ask(rule, state, first, second, third);
        }
    }

    /** The same, and gives what is to take the place of the first argument. Asks for the host's own threads, too. */
    public static Object filter(int rule, Object first, Object second, Object third) {
        if (host == null) {
            return first;
        }
        Object[] state = state();
        return state[1] == null ? ask(rule, state, first, second, third) : first;
    }

    private static Object ask(int rule, Object[] state, Object first, Object second, Object third) {
        state[1] = state;
        try {
            return checker.apply(rule, new Object[] {state, first, second, third});
        } finally {
            state[1] = null;
        }
    }

    private static Object[] state() {
        Object[] state = STATE.get();
        if (state == null) {
            state = new Object[2];
            STATE.set(state);
        }
        return state;
    }
}
