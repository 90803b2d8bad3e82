package org.sallyport.policy.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.plugin.FaultNotices;
import org.sallyport.spi.policy.PolicyType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configured member with its statistics and its breaker. Snapshots share it as long as the plugin's revision, the
 * settings and the scope stay the same; it is closed when the last of them was drained.
 */
final class Seat {
    private static final Logger log = LoggerFactory.getLogger(Seat.class);

    /**
     * What a seat was made of; an equal origin lets the next snapshot take the seat over.
     *
     * @param instance the configured instance
     * @param scope the scope of its settings
     * @param type the plugin type
     * @param plugin the plugin's id; empty for a stand-in
     * @param version the plugin's version; empty for a stand-in
     * @param service the service behind it, compared by identity
     * @param settings its settings
     */
    record Origin(
            String instance,
            Scope scope,
            String type,
            String plugin,
            String version,
            Object service,
            Document settings) {
        boolean same(Origin that) {
            return service == that.service
                    && instance.equals(that.instance)
                    && scope.equals(that.scope)
                    && type.equals(that.type)
                    && plugin.equals(that.plugin)
                    && version.equals(that.version)
                    && settings.equals(that.settings);
        }
    }

    final Origin origin;
    final PolicyType.Rules rules;
    final PolicyType.Member member;
    final PluginWatch watch;
    final Breaker breaker;
    final String status;
    final Histogram times = new Histogram();
    final LongAdder errors = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final ShadowCounts shadow = new ShadowCounts();
    private final FaultNotices notices = new FaultNotices();
    private final AtomicInteger snapshots = new AtomicInteger();

    Seat(
            Origin origin,
            PolicyType.Rules rules,
            PolicyType.Member member,
            PluginWatch watch,
            Breaker breaker,
            String status) {
        this.origin = origin;
        this.rules = rules;
        this.member = member;
        this.watch = watch;
        this.breaker = breaker;
        this.status = status;
    }

    String instance() {
        return origin.instance();
    }

    Scope scope() {
        return origin.scope();
    }

    void retain() {
        snapshots.incrementAndGet();
    }

    /** Whether this was the last snapshot that used it. */
    boolean release() {
        return snapshots.decrementAndGet() == 0;
    }

    /**
     * One call ended.
     *
     * @param weight of the message that it was about
     */
    void count(
            Breaker.Permit permit,
            long took,
            long weight,
            long now,
            @org.jspecify.annotations.Nullable Failure failure) {
        times.record(took);
        if (failure != null) {
            errors.increment();
            report(failure);
        }
        boolean slow = failure == null && breaker.rule().isSlow(took / weight);
        Breaker.Effect effect = breaker.leave(permit, failure != null || slow, now);
        if (effect == Breaker.Effect.NONE) {
            return;
        }
        String last = failure != null ? failure.type() : "it took " + TimeUnit.NANOSECONDS.toMillis(took) + " ms";
        if (effect == Breaker.Effect.OPENED) {
            log.warn(
                    "Instance [{}] is suspended for [{}]: it failed too often or was too slow, last with [{}]",
                    instance(),
                    breaker.rule().pause(),
                    last);
        } else {
            watch.condemn("Instance [" + instance() + "] was suspended ["
                    + breaker.rule().openings() + "] times within ["
                    + breaker.rule().span() + "] because it kept failing, last with [" + last + "]");
        }
    }

    /**
     * Tells those who ask why of a failure that was counted.
     *
     * @param cleared whether the pass was cleared, in the end
     */
    void tell(Failure failure, boolean cleared) {
        String sentence = failure.sentence(instance(), cleared);
        if (notices.isDue(sentence, System.nanoTime())) {
            watch.failed(sentence);
        }
    }

    private void report(Failure failure) {
        long n = errors.sum();
        // The message of an exception may hold what a plugin was about to remove: type and place only. And a plugin
        // that fails at every call must not fill the disk: the 1st, the 2nd, the 4th, the 8th, … failure.
        if (Long.bitCount(n) <= 1) {
            log.warn(
                    "Instance [{}] of plugin [{}] failed with [{}]{}; failures so far: [{}]. 'policy:chain --stats' shows more",
                    instance(),
                    origin.plugin(),
                    failure.type(),
                    failure.where().isEmpty() ? "" : " at [" + failure.where() + "]",
                    n);
        }
    }
}
