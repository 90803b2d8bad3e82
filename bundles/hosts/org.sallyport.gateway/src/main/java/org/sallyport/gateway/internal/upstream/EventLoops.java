package org.sallyport.gateway.internal.upstream;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The threads that all upstreams share: event loops for HTTP, at most {@value #MOST}, and one timer. */
@Component(service = EventLoops.class)
public final class EventLoops implements AutoCloseable {
    private static final int MOST = 4;

    private final EventLoopGroup group;
    private final ScheduledThreadPoolExecutor timer;

    @Activate
    public EventLoops() {
        int loops = Math.min(MOST, Math.max(1, Runtime.getRuntime().availableProcessors()));
        group = new MultiThreadIoEventLoopGroup(
                loops, new DefaultThreadFactory("sallyport-upstream-io", true), NioIoHandler.newFactory());
        timer = new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("sallyport-upstream-timer", true));
        timer.setRemoveOnCancelPolicy(true);
    }

    EventLoop next() {
        return group.next();
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    @Override
    @Deactivate
    public void close() {
        timer.shutdownNow();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
    }
}
