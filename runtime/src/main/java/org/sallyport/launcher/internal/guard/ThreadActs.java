package org.sallyport.launcher.internal.guard;

import java.util.List;
import java.util.Map;

/** Threads: {@code create} with how many there are then, {@code inspect}, {@code modify}. */
final class ThreadActs {
    /** It also makes known who started the thread. */
    static final Act CREATE = (who, arguments) -> {
        Thread thread = (Thread) arguments[0];
        int alive = who.domains().threads().alive(who, thread, false);
        String many = Integer.toString(alive + 1);
        return List.of(new Need("thread", "create", many, granted -> granted.permits("thread", "create", many), ""));
    };

    private static final Act MODIFY = (who, arguments) -> {
        Thread thread = (Thread) arguments[0];
        // One that was not started is its maker's; nobody else has it.
        return isOwn(who, thread) || thread.getState() == Thread.State.NEW ? List.of() : needs("modify", thread);
    };

    private static final Act INTERRUPT = (who, arguments) -> {
        Thread thread = (Thread) arguments[0];
        return thread == Thread.currentThread() || isOwn(who, thread) ? List.of() : needs("modify", thread);
    };

    private static final Act STACK = (who, arguments) -> {
        Thread thread = (Thread) arguments[0];
        return thread == Thread.currentThread() || isOwn(who, thread) ? List.of() : needs("inspect", thread);
    };

    private ThreadActs() {}

    static Map<String, Act> named() {
        return Map.of(
                "thread.create", CREATE, "thread.modify", MODIFY, "thread.interrupt", INTERRUPT, "thread.stack", STACK);
    }

    private static boolean isOwn(Confined who, Thread thread) {
        return who.domains().threads().owner(thread) == who;
    }

    private static List<Need> needs(String action, Thread thread) {
        return List.of(Need.named("thread", action, thread.getName()));
    }
}
