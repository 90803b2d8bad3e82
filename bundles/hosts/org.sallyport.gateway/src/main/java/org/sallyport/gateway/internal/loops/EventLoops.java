package org.sallyport.gateway.internal.loops;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The threads that all connections share: event loops for HTTP, a few, and one timer for the upstreams. Client and
 * server side share the loops, so that a message which no plugin looks at crosses no thread. Thread-safe.
 */
@Component(service = EventLoops.class)
public final class EventLoops implements AutoCloseable {
    private static final int FEWEST = 2;
    private static final int MOST = 4;

    static {
        // Netty looks for buffers that were forgotten, by a stack trace of one in 128: a percent of a message's time,
        // and a
        // help to those alone who work on this code. They say so by the property.
        if (System.getProperty("io.netty.leakDetection.level", System.getProperty("io.netty.leakDetectionLevel"))
                == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    private final EventLoopGroup group;
    private final ScheduledThreadPoolExecutor timer;

    /** Starts no thread before it is needed. */
    @Activate
    public EventLoops() {
        int loops = Math.min(MOST, Math.max(FEWEST, Runtime.getRuntime().availableProcessors()));
        group = new MultiThreadIoEventLoopGroup(
                loops, new DefaultThreadFactory("sallyport-io", true), NioIoHandler.newFactory());
        timer = new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("sallyport-upstream-timer", true));
        timer.setRemoveOnCancelPolicy(true);
    }

    /** All loops. */
    public EventLoopGroup group() {
        return group;
    }

    /** The loop that the caller runs on, or else the next in turn. */
    public EventLoop near() {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return (EventLoop) loop;
            }
        }
        return group.next();
    }

    /** The upstreams' timer. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** Ends the threads; what is still open is closed. */
    @Override
    @Deactivate
    public void close() {
        timer.shutdownNow();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
    }
}
