package org.sallyport.hooks.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.hooks.internal.Breaker.Change;
import org.sallyport.spi.plugin.FaultNotices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of one handler at one hook: its failures, its times, its breaker. Lives as long as that very handler
 * stays, over all changes of its neighbours. Thread-safe.
 */
final class Slot {
    /** A sampled call that takes longer is reported, in nanoseconds. */
    static final long SLOW = TimeUnit.MILLISECONDS.toNanos(250);

    /** Most characters kept of a failure. */
    static final int MAX_ERROR = 300;

    private static final long QUIET = TimeUnit.MINUTES.toNanos(1);
    private static final Logger log = LoggerFactory.getLogger(Slot.class);

    private final Candidate candidate;
    private final Watch watch;
    private final Breaker breaker = new Breaker();
    private final Histogram times = new Histogram();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong nextReport;
    private final FaultNotices notices = new FaultNotices();
    private volatile String lastError = "";

    // Calls on snapshots that are gone; guarded by the hook's lock.
    long foldedCalls;

    Slot(Candidate candidate, Watch watch) {
        this.candidate = candidate;
        this.watch = watch;
        nextReport = new AtomicLong(watch.now());
    }

    Candidate candidate() {
        return candidate;
    }

    Breaker breaker() {
        return breaker;
    }

    Histogram times() {
        return times;
    }

    long errors() {
        return errors.get();
    }

    String lastError() {
        return lastError;
    }

    /**
     * The handler threw, or gave what it must not.
     *
     * @return whether the hook has to look after its breakers
     */
    boolean failed(Throwable cause) {
        // First, as what follows may fail itself when memory or stack is short.
        errors.getAndIncrement();
        lastError = oneLine(cause);
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (mayReport()) {
            log.warn(
                    "Handler [{}] failed on hook [{}] and was skipped; 'hook:handlers {}' counts its failures",
                    candidate.label(),
                    candidate.hook(),
                    candidate.hook(),
                    cause);
        }
        tell("failed: " + lastError);
        return fault("failed too often, at last with [" + lastError + "]");
    }

    /** A call was timed and took long. */
    boolean slow(long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        if (mayReport()) {
            log.warn(
                    "Handler [{}] took [{}] ms on hook [{}]; more than [{}] ms holds up its callers",
                    candidate.label(),
                    millis,
                    candidate.hook(),
                    TimeUnit.NANOSECONDS.toMillis(SLOW));
        }
        tell("took longer than [" + TimeUnit.NANOSECONDS.toMillis(SLOW) + "] ms");
        return fault("was slow too often, at last with [" + millis + "] ms");
    }

    /**
     * A call has not returned for long: a fault when it is longer than {@link Watchdog#BUDGET}, and the end of the plugin's
     * service when it is longer than {@link Watchdog#HANG}. Called once for each.
     *
     * @return whether the hook has to look after its breakers
     */
    boolean overdue(Thread thread, long nanos) {
        long limit = nanos > Watchdog.HANG ? Watchdog.HANG : Watchdog.BUDGET;
        String what = "has not returned for more than [" + TimeUnit.NANOSECONDS.toMillis(limit) + "] ms";
        lastError = what;
        StackTraceElement[] stack = thread.getStackTrace();
        log.warn(
                "Handler [{}] {} on hook [{}]; it holds up thread [{}], which is {}",
                candidate.label(),
                what,
                candidate.hook(),
                thread.getName(),
                stack.length == 0 ? "gone" : "at [" + stack[0] + "]");
        if (limit == Watchdog.HANG) {
            quarantine(what);
            return false;
        }
        tell(what);
        return fault(what);
    }

    /** For those who ask why; before a quarantine, whose cause is the one to stay. */
    private void tell(String what) {
        String sentence = subject() + what;
        if (!notices.isDue(sentence, watch.now())) {
            return;
        }
        try {
            watch.faults().report(candidate.name(), sentence);
        } catch (RuntimeException | LinkageError e) {
            log.warn("Nobody could be told of a failure of plugin [{}]: {}", candidate.name(), sentence, e);
        }
    }

    private String subject() {
        return "Its handler [" + candidate.handler() + "] of hook [" + candidate.hook() + "] ";
    }

    private boolean fault(String what) {
        Change change = breaker.fault(watch.now());
        if (change == Change.OPENED || change == Change.OPENED_TOO_OFTEN) {
            log.warn(
                    "Handler [{}] is kept out of hook [{}] for [{}] s: it {}",
                    candidate.label(),
                    candidate.hook(),
                    TimeUnit.NANOSECONDS.toSeconds(Breaker.PAUSE),
                    what);
        }
        if (change == Change.OPENED_TOO_OFTEN) {
            quarantine(what);
        }
        return change != Change.NONE;
    }

    private void quarantine(String what) {
        watch.faults().quarantine(candidate.name(), subject() + what);
    }

    /** One report a minute and handler: a failing plugin must not fill the log. */
    private boolean mayReport() {
        long now = watch.now();
        long due = nextReport.get();
        return now - due >= 0 && nextReport.compareAndSet(due, now + QUIET);
    }

    /** Runs code of the plugin's exception, so it may fail or talk at length. */
    static String oneLine(Throwable cause) {
        if (cause instanceof Dispatch.WrongAnswer wrong) {
            return String.valueOf(wrong.getMessage());
        }
        String text = cause.getClass().getName();
        try {
            String message = cause.getMessage();
            if (message != null) {
                text += ": " + message.substring(0, Math.min(message.length(), MAX_ERROR));
            }
        } catch (Throwable e) {
            text += " (its message could not be had)";
        }
        StringBuilder line = new StringBuilder(text.length());
        text.chars().limit(MAX_ERROR).forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
        return line.toString();
    }
}
