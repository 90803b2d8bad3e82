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

/** A server that is a child process; each link has one of its own, started at its first frame. Thread-safe. */
final class StdioUpstream implements Upstream {
    /** Time that a child has at each step of its end. */
    static final Duration GRACE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(StdioUpstream.class);

    private final UpstreamSettings settings;
    private final Room room;
    private final Restarts restarts;
    private final Reaper reaper;
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
        long period = settings.requestTimeout().isZero()
                ? 2_000
                : Math.min(2_000, Math.max(50, settings.requestTimeout().toMillis() / 4));
        sweeps = timer.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        StdioLink link = new StdioLink(settings, era, inbox, new StdioLink.Shared(restarts, reaper, room));
        reaper.watch(link);
        return link;
    }

    @Override
    public void close() {
        sweeps.cancel(false);
        reaper.close();
    }

    private void sweep() {
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
