package org.sallyport.launcher.internal.guard;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * Threads: {@code create} with how many there are then, {@code inspect}, {@code modify}. Work that is given to threads of the JDK which work for
 * all needs {@code create} too, for one: how many there are is not the plugin's doing.
 */
final class ThreadActs {
    /** It also makes known who started the thread. */
    static final Act CREATE = (who, arguments) -> {
        Thread thread = (Thread) arguments[0];
        Threads threads = who.domains().threads();
        String most = Integer.toString(threads.atMost(who) + 1);
        // Who starts ten thousand does not have all of them counted for each.
        String many = who.permitted().permits("thread", "create", most)
                ? most
                : Integer.toString(threads.alive(who, thread, false) + 1);
        return List.of(new Need("thread", "create", many, granted -> granted.permits("thread", "create", many), ""));
    };

    /** To a pool or an executor, if it is one whose threads work for all; without an argument in any case. */
    static final Act SHARE = (who, arguments) -> worksForAll(arguments[0])
            ? List.of(new Need("thread", "create", "1", granted -> granted.permits("thread", "create", "1"), ""))
            : List.of();

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
                "thread.create", CREATE,
                "thread.share", SHARE,
                "thread.modify", MODIFY,
                "thread.interrupt", INTERRUPT,
                "thread.stack", STACK);
    }

    /** Of what a rule for {@link #SHARE} tells: a pool, an executor that may be null, a task, or nothing. */
    static boolean concerns(Rule rule, @Nullable Object given) {
        return rule.arguments().isEmpty() || given != null && worksForAll(given);
    }

    private static boolean worksForAll(@Nullable Object given) {
        if (given instanceof ForkJoinPool pool) {
            return pool == ForkJoinPool.commonPool();
        } else if (given instanceof ForkJoinTask<?>) {
            // Within a pool it stays there.
            return !(Thread.currentThread() instanceof ForkJoinWorkerThread);
        }
        // What futures have in the place of the common pool where there is but one processor for it, and what waits for
        // them.
        return given == null || given.getClass().getName().startsWith("java.util.concurrent.CompletableFuture$");
    }

    private static boolean isOwn(Confined who, Thread thread) {
        return who.domains().threads().owner(thread) == who;
    }

    private static List<Need> needs(String action, Thread thread) {
        return List.of(Need.named("thread", action, thread.getName()));
    }
}
