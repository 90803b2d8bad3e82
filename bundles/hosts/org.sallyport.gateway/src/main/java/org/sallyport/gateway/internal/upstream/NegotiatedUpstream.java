package org.sallyport.gateway.internal.upstream;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server for legacy clients, whichever era it speaks: as it is if it speaks that one too, else translated. Whether it
 * does is configured, or found out by the first client's own {@code initialize} and remembered. Thread-safe.
 */
final class NegotiatedUpstream implements Upstream {
    private static final Logger log = LoggerFactory.getLogger(NegotiatedUpstream.class);

    private final Upstream server;
    private final Map<Era, Boolean> speaks = new ConcurrentHashMap<>();

    /** @param era the only one that the server speaks; {@code null} to find out */
    NegotiatedUpstream(Upstream server, @Nullable Era era) {
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
    public Link open(Era era, Inbox inbox) {
        if (era == Era.MODERN) {
            return server.open(era, inbox);
        }
        Boolean known = speaks.get(era);
        if (known == null) {
            return new LegacyProbe(inbox);
        }
        return known ? server.open(era, inbox) : new LegacyOverModern(server, inbox);
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
            link = new LegacyOverModern(server, inbox);
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
}
