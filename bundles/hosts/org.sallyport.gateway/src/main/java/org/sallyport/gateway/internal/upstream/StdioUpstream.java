package org.sallyport.gateway.internal.upstream;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Room;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that is a child process; each link has one of its own, from its first frame on: one that was {@linkplain #prepare kept ready}, or else a new
 * one. Thread-safe.
 */
final class StdioUpstream implements Upstream {
    /** Time that a child has at each step of its end. */
    static final Duration GRACE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(StdioUpstream.class);

    private final UpstreamSettings settings;
    private final Room room;
    private final Restarts restarts;
    private final Reaper reaper;
    private final Spares spares;
    private final Future<?> sweeps;

    StdioUpstream(UpstreamSettings settings, ScheduledExecutorService timer, Room room) {
        this(settings, timer, room, GRACE);
    }

    StdioUpstream(UpstreamSettings settings, ScheduledExecutorService timer, Room room, Duration grace) {
        this.settings = settings;
        this.room = room;
        restarts = new Restarts(
                settings.restarts(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        reaper = new Reaper(settings.name(), grace);
        spares = new Spares(
                settings.name(), settings.spares().most(), settings.spares().idle(), source(), System::nanoTime);
        long period = settings.requestTimeout().isZero()
                ? 2_000
                : Math.min(2_000, Math.max(50, settings.requestTimeout().toMillis() / 4));
        sweeps = timer.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.MILLISECONDS);
    }

    private Spares.Source source() {
        return new Spares.Source() {
            @Override
            public ChildProcess start() throws UpstreamException {
                ChildProcess child = ChildProcess.start(settings);
                reaper.watch(child);
                return child;
            }

            @Override
            public void end(ChildProcess child) {
                reaper.stop(child);
            }
        };
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        StdioLink link = new StdioLink(settings, era, inbox, new StdioLink.Shared(restarts, reaper, room, spares));
        reaper.watch(link);
        return link;
    }

    @Override
    public void prepare() {
        // One that keeps ending is not started by anybody who does not need it.
        if (restarts.untilStart().isZero()) {
            spares.prepare();
        }
    }

    @Override
    public int prepared() {
        return spares.size();
    }

    @Override
    public void close() {
        sweeps.cancel(false);
        spares.close();
        reaper.close();
    }

    private void sweep() {
        spares.sweep();
        long now = System.nanoTime();
        for (StdioLink link : reaper.links()) {
            try {
                link.sweep(now, settings.requestTimeout());
            } catch (RuntimeException e) {
                // An exception would end the sweeping of all links for good.
                log.error("A link to server [{}] could not be swept", settings.name(), e);
            }
        }
    }
}
