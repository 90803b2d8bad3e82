package org.sallyport.gateway.internal.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server in whichever era its clients speak: as it is if it speaks that one too, else translated. Whether it does is
 * configured, or found out by the first link and remembered. In the legacy era the client's own {@code initialize} finds
 * it out; in the modern one it is {@code server/discover}, which changes nothing anywhere. Thread-safe.
 */
public final class NegotiatedUpstream implements Upstream {
    private static final Logger log = LoggerFactory.getLogger(NegotiatedUpstream.class);

    private final Upstream server;
    private final Map<Era, Boolean> speaks = new ConcurrentHashMap<>();

    /** @param era the only one that the server speaks; {@code null} to find out */
    public NegotiatedUpstream(Upstream server, @Nullable Era era) {
        this.server = server;
        if (era != null) {
            for (Era each : Era.values()) {
                speaks.put(each, each == era);
            }
        }
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public int prepared() {
        return server.prepared();
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        Boolean known = speaks.get(era);
        if (known == null) {
            return era == Era.MODERN ? new ModernProbe(inbox) : new LegacyProbe(inbox);
        }
        return known ? server.open(era, inbox) : translated(era, inbox);
    }

    private Link translated(Era era, Inbox inbox) {
        return era == Era.LEGACY ? new LegacyOverModern(server, inbox) : new ModernOverLegacy(server, inbox);
    }

    private void found(Era era, boolean spoken) {
        if (speaks.put(era, spoken) == null) {
            log.info(
                    "Server [{}] {} the {} era",
                    name(),
                    spoken ? "speaks" : "does not speak; its clients of it are served by translation",
                    era.name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    @Override
    public void close() {
        server.close();
    }

    /** Hands on everything, and exchanges the link behind it once if the server turns out to speak otherwise. */
    private abstract class Probe implements Link, Inbox {
        final Inbox inbox;
        volatile Link link;
        volatile boolean translated;
        private volatile boolean closed;

        Probe(Era era, Inbox inbox) {
            this.inbox = inbox;
            this.link = server.open(era, this);
        }

        void translate(Era era) {
            translated = true;
            Link old = link;
            link = translated(era, inbox);
            old.close();
            if (closed) {
                link.close();
            }
        }

        @Override
        public void failed(String id, UpstreamException cause) {
            inbox.failed(id, cause);
        }

        @Override
        public void lost(UpstreamException cause) {
            inbox.lost(cause);
        }

        @Override
        public void close() {
            closed = true;
            link.close();
        }
    }

    /** Takes the client's {@code initialize} for the question. */
    private final class LegacyProbe extends Probe {
        private volatile @Nullable Frame initialize;

        LegacyProbe(Inbox inbox) {
            super(Era.LEGACY, inbox);
        }

        @Override
        public CompletionStage<Void> send(Frame frame) {
            if (frame.method().orElse("").equals("initialize") && !translated) {
                if (Boolean.FALSE.equals(speaks.get(Era.LEGACY))) {
                    // Another link found it out meanwhile.
                    translate(Era.LEGACY);
                } else {
                    initialize = frame;
                }
            }
            return link.send(frame);
        }

        @Override
        public void received(Frame frame, String about) {
            Frame asked = initialize;
            if (asked != null && frame.isResponse() && frame.id().equals(asked.id())) {
                initialize = null;
                if (frame.document().has("result")) {
                    found(Era.LEGACY, true);
                } else if (frame.document().at("error", "code").asLong(0) == RpcError.UNSUPPORTED_VERSION) {
                    found(Era.LEGACY, false);
                    translate(Era.LEGACY);
                    link.send(asked).whenComplete((sent, failure) -> {
                        if (failure != null) {
                            inbox.received(frame, about);
                        }
                    });
                    return;
                }
            }
            inbox.received(frame, about);
        }
    }

    /** Asks by itself before it sends anything. */
    private final class ModernProbe extends Probe {
        private static final int MAX_WAITING = 4_096;
        private static final int SILENCE_SECONDS = 10;
        private static final Document ID = Document.of("sallyport-probe");

        private record Waiting(Frame frame, CompletableFuture<Void> handed) {}

        private final List<Waiting> waiting = new ArrayList<>();
        private boolean asked;
        private boolean deciding;
        private volatile boolean decided;

        ModernProbe(Inbox inbox) {
            super(Era.MODERN, inbox);
        }

        @Override
        public CompletionStage<Void> send(Frame frame) {
            if (decided) {
                return link.send(frame);
            }
            CompletableFuture<Void> handed = new CompletableFuture<>();
            boolean ask;
            synchronized (this) {
                if (decided) {
                    return link.send(frame);
                } else if (waiting.size() >= MAX_WAITING) {
                    return CompletableFuture.failedFuture(new UpstreamException(
                            "Server [" + name() + "] has not said yet how it speaks; try again later"));
                }
                waiting.add(new Waiting(frame, handed));
                ask = !asked && !deciding;
                asked |= ask;
            }
            if (ask) {
                link.send(question()).whenComplete((sent, failure) -> {
                    if (failure != null) {
                        fail(failure);
                    }
                });
                CompletableFuture.delayedExecutor(SILENCE_SECONDS, TimeUnit.SECONDS)
                        .execute(this::silent);
            }
            return handed;
        }

        /** A server that waits for an {@code initialize} need not answer anything else. */
        private void silent() {
            boolean still;
            synchronized (this) {
                still = asked && !decided;
            }
            if (still) {
                decide(false);
            }
        }

        private Frame question() {
            Document meta = Document.object(Modern.VERSION, Document.of(Modern.REVISION))
                    .with(Modern.CAPABILITIES, Document.EMPTY_OBJECT)
                    .with(
                            Modern.CLIENT,
                            Document.object("name", Document.of("sallyport")).with("version", Document.of("1")));
            return Frames.request(ID, Modern.DISCOVER, Document.object("_meta", meta));
        }

        @Override
        public void received(Frame frame, String about) {
            if (decided || !frame.isResponse() || !frame.id().equals(ID)) {
                inbox.received(frame, about);
                return;
            }
            decide(isModern(frame.document()));
        }

        /** A server that refuses the revision of the question says which ones it supports. */
        private static boolean isModern(Document answer) {
            Document versions = answer.at("error", "code").asLong(0) == RpcError.UNSUPPORTED_VERSION
                    ? answer.at("error", "data", "supported")
                    : answer.at("result", "supportedVersions");
            return versions.isArray() && versions.values().contains(Document.of(Modern.REVISION));
        }

        @Override
        public void failed(String id, UpstreamException cause) {
            if (decided || !id.equals(Wire.key(ID))) {
                inbox.failed(id, cause);
            } else if (cause.isAnswer()) {
                decide(false);
            } else {
                fail(cause);
            }
        }

        private void decide(boolean modern) {
            synchronized (this) {
                if (!asked) {
                    return;
                }
                asked = false;
                deciding = true;
            }
            found(Era.MODERN, modern);
            if (!modern) {
                translate(Era.MODERN);
            }
            flush();
        }

        /** In the order in which they came; what comes meanwhile waits behind them. */
        private void flush() {
            for (; ; ) {
                Waiting next;
                synchronized (this) {
                    if (waiting.isEmpty()) {
                        decided = true;
                        return;
                    }
                    next = waiting.remove(0);
                }
                link.send(next.frame()).whenComplete((sent, failure) -> {
                    if (failure == null) {
                        next.handed().complete(null);
                    } else {
                        next.handed().completeExceptionally(failure);
                    }
                });
            }
        }

        /** The server cannot be asked now; the next message asks it again. */
        private void fail(Throwable cause) {
            List<Waiting> failing;
            synchronized (this) {
                asked = false;
                failing = List.copyOf(waiting);
                waiting.clear();
            }
            failing.forEach(each -> each.handed().completeExceptionally(cause));
        }
    }
}
