package org.sallyport.gateway.internal.upstream;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.sallyport.gateway.internal.rpc.Frame;

/** Keeps what a link delivers, and notices if two threads deliver at a time. */
final class RecordingInbox implements Upstream.Inbox {
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<Frame> frames = new CopyOnWriteArrayList<>();
    final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();

    @Override
    public void received(Frame frame, String about) {
        one(() -> {
            frames.add(frame);
            events.add((about.isEmpty() ? "" : about + "> ")
                    + new String(frame.bytes(), java.nio.charset.StandardCharsets.UTF_8));
        });
    }

    @Override
    public void failed(String id, UpstreamException cause) {
        String how = cause.isUnprocessed() ? "refused " : "failed ";
        one(() -> events.add(how + id + ": " + cause.getMessage()));
    }

    @Override
    public void lost(UpstreamException cause) {
        one(() -> events.add("lost: " + cause.getMessage()));
    }

    private void one(Runnable work) {
        if (inside.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
        }
        work.run();
        inside.decrementAndGet();
    }

    /** The first event that fits, waited for. */
    String await(Predicate<String> wanted) {
        until(() -> events.stream().anyMatch(wanted));
        return events.stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("It did not come; there were " + events));
    }

    /** The answer to a request by its id as JSON text. */
    Frame answer(String id) {
        until(() -> frames.stream().anyMatch(frame -> answers(frame, id)));
        return frames.stream()
                .filter(frame -> answers(frame, id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No answer to " + id + "; there were " + events));
    }

    private static boolean answers(Frame frame, String id) {
        return frame.isResponse() && frame.id().toJson().equals(id);
    }

    /** Waits at most 15 seconds. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + 15_000_000_000L;
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
