package org.sallyport.sandbox.internal.budget;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.spi.sandbox.ThreadDomain;

/**
 * The way into one plugin and out of it: what woven code calls. Costs a look at a thread's own variable where the thread works for the
 * plugin already. Thread-safe.
 */
public final class Entrance {
    private final String plugin;
    private final Version version;
    private final Limits limits;
    private final ThreadDomain domain;
    private final ThreadDomain host;
    private final Watchdog watchdog;

    /**
     * @param plugin the plugin, for messages
     * @param domain in whose name the plugin's code works
     * @param host in whose name the host's services work that it calls
     */
    public Entrance(
            String plugin, Version version, Limits limits, ThreadDomain domain, ThreadDomain host, Watchdog watchdog) {
        this.plugin = plugin;
        this.version = version;
        this.limits = limits;
        this.domain = domain;
        this.host = host;
        this.watchdog = watchdog;
    }

    public String plugin() {
        return plugin;
    }

    public Version version() {
        return version;
    }

    Limits limits() {
        return limits;
    }

    boolean isOf(Watchdog one) {
        return watchdog == one;
    }

    /** Begins a call, and gives what ends it; null if the thread is in one of this plugin. */
    public @Nullable Object enter() {
        WorkingThread thread = WorkingThread.current();
        Call now = thread.call;
        if (now != null && now.entrance == this) {
            return null;
        }
        return begin(thread, this, domain);
    }

    /** Goes out to the host, and gives what ends that. */
    public Object leave() {
        return begin(WorkingThread.current(), null, host);
    }

    private static Call begin(WorkingThread thread, @Nullable Entrance entrance, ThreadDomain domain) {
        Call around = thread.call;
        Call call = new Call(entrance, around);
        thread.call = call;
        boolean begun = false;
        try {
            call.before = domain.enter();
            begun = true;
        } finally {
            // The stack may be short, and what did not begin will not be ended.
            if (!begun) {
                thread.call = around;
            }
        }
        return call;
    }

    /** Ends what one of the two began, and all that it left behind inside. */
    public void exit(Object token) {
        Call call = (Call) token;
        WorkingThread thread = WorkingThread.current();
        thread.call = call.outer;
        (call.entrance == null ? host : domain).exit(call.before);
        if (!call.over.isEmpty()) {
            thread.calm();
        }
    }

    /**
     * Ends what threw.
     *
     * @return what to throw: what the call made of its end, such as the interruption that woke it, is no concern of the host
     */
    public Throwable failed(Object token, Throwable thrown) {
        exit(token);
        String over = ((Call) token).over;
        return over.isEmpty() || thrown instanceof BudgetExceeded ? thrown : new BudgetExceeded(over);
    }

    /**
     * Throws if the thread's call is over its budget.
     *
     * @throws BudgetExceeded if it is
     */
    public void poll() {
        Call over = WorkingThread.current().over();
        if (over != null) {
            throw new BudgetExceeded(over.over);
        }
    }

    /**
     * Counts bytes that are about to be allocated.
     *
     * @throws BudgetExceeded if they are too many
     */
    public void bytes(long bytes) {
        WorkingThread thread = WorkingThread.current();
        Call call = thread.call;
        if (call == null || call.entrance == null) {
            return;
        }
        call.bytes += bytes;
        Limits limit = call.entrance.limits;
        if (bytes > limit.array()) {
            watchdog.over(
                    thread,
                    call,
                    "asked for [" + bytes + "] bytes at once; at most [" + limit.array() + "] are allowed");
        } else if (call.bytes > limit.allocated()) {
            watchdog.over(thread, call, Watchdog.allocated(limit));
        }
        poll();
    }
}
