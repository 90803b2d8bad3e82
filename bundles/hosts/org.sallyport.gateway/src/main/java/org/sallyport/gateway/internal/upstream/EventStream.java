package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream on which a server sends what belongs to no request. Opened again when it ends, as long as the session
 * lasts; a server that has none answers 405 and is not asked again. Lives on the event loop of its link.
 */
final class EventStream implements HttpReply, SseParser.Sink {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private final HttpLink link;
    private @Nullable HttpConnection connection;
    private @Nullable SseParser parser;
    private String sentWith = "";
    private String lastEventId = "";
    private long pauseMillis = Reconnects.FIRST_MILLIS;
    private int failures;
    private boolean stopped;

    EventStream(HttpLink link) {
        this.link = link;
    }

    void open() {
        if (stopped || link.isClosed()) {
            return;
        }
        forget();
        sentWith = link.sessionId();
        link.upstream()
                .connections()
                .request(
                        link.loop(),
                        link.streamRequest(lastEventId),
                        this,
                        used -> connection = used,
                        new CompletableFuture<>());
    }

    void stop() {
        stopped = true;
        forget();
        if (connection != null) {
            connection.abort();
        }
    }

    @Override
    public void head(int status, HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        if (status / 100 == 2 && type.regionMatches(true, 0, "text/event-stream", 0, 17)) {
            parser = new SseParser(
                    link.upstream().settings().maxMessage(), link.upstream().room(), this);
        } else if (status / 100 == 5 || status == 429) {
            failures++;
        } else {
            stop();
            if (status == 404) {
                link.lost(sentWith);
            } else if (status != 405) {
                log.debug("Server [{}] has no event stream: HTTP {}", link.name(), status);
            }
        }
    }

    @Override
    public void content(ByteBuf part) {
        if (parser == null || stopped) {
            return;
        }
        try {
            parser.feed(part);
            if (!parser.lastEventId().isEmpty()) {
                lastEventId = parser.lastEventId();
            }
        } catch (SseParser.TooLong e) {
            log.warn("Server [{}] sent {}; its stream is opened again", link.name(), e.getMessage());
            forget();
            if (connection != null) {
                connection.abort();
            }
            again();
        }
    }

    @Override
    public void event(String type, byte[] data) {
        failures = 0;
        if (data.length > 0 && type.equals("message")) {
            try {
                link.deliver(data, "");
            } catch (JsonException e) {
                log.warn(
                        "Server [{}] sent an event that is no JSON: {}; it was skipped",
                        link.name(),
                        Wire.shown(String.valueOf(e.getMessage())));
            }
        }
    }

    @Override
    public void retry(long millis) {
        pauseMillis = Reconnects.bounded(millis);
    }

    @Override
    public void end() {
        again();
    }

    @Override
    public void broken(Throwable cause, boolean untouched) {
        log.debug("The event stream of server [{}] broke: {}", link.name(), Reconnects.text(cause));
        again();
    }

    /** What did not come to its end will not. */
    private void forget() {
        if (parser != null) {
            parser.close();
            parser = null;
        }
    }

    private void again() {
        forget();
        if (!stopped && !link.isClosed()) {
            long pause = Reconnects.after(failures++, pauseMillis);
            link.loop().schedule(this::open, pause, TimeUnit.MILLISECONDS);
        }
    }
}
