package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Intake;
import org.sallyport.gateway.internal.rpc.Intake.Added;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One frame on its way to an HTTP server, and what comes back on its stream. Lives on the event loop of its link. */
final class PostCall implements HttpReply, SseParser.Sink {
    /** Most times a stream that was cut is taken up again without a new event. */
    static final int MAX_RESUMES = 8;

    /** Longest error body that is read. */
    static final int MAX_ERROR = 64 * 1024;

    private static final Logger log = LoggerFactory.getLogger(PostCall.class);
    private static final String ACCEPT = "application/json, text/event-stream";

    /** What is never sent twice; all else asks or tells, and does no harm a second time. */
    private static final Set<String> NOT_REPEATABLE = Set.of("tools/call");

    private enum Form {
        NONE,
        JSON,
        EVENTS,
        ERROR
    }

    private final HttpLink link;
    private final Frame frame;
    private final String id;
    private Form form = Form.NONE;
    private int status;
    private @Nullable HttpConnection connection;
    private @Nullable Intake body;
    private @Nullable SseParser parser;
    private String location = "";
    private String sentWith = "";
    private String lastEventId = "";
    private long retryMillis = Reconnects.FIRST_MILLIS;
    private long heardNanos = System.nanoTime();
    private int resumes;
    private boolean repeated;
    private boolean over;
    private boolean cancelled;

    PostCall(HttpLink link, Frame frame) {
        this.link = link;
        this.frame = frame;
        id = frame.isRequest() ? Wire.key(frame.id()) : "";
    }

    String id() {
        return id;
    }

    boolean isInitialize() {
        return frame.method().orElse("").equals("initialize");
    }

    /** A subscription may be quiet for as long as nothing happens. */
    boolean isSubscription() {
        return frame.method().orElse("").equals(Modern.LISTEN);
    }

    Frame frame() {
        return frame;
    }

    long heardNanos() {
        return heardNanos;
    }

    void send(CompletableFuture<Void> handed) {
        FullHttpRequest request = link.request(frame);
        request.headers().set(HttpHeaderNames.ACCEPT, ACCEPT);
        sentWith = link.sessionId();
        link.upstream().connections().request(link.loop(), request, this, used -> connection = used, handed);
    }

    /** Its answer was delivered; the stream may go on for a while. */
    void answered() {
        over = true;
    }

    /** The client wants no answer any more. */
    void cancelled() {
        cancelled = true;
    }

    boolean isOver() {
        return over;
    }

    void abort() {
        over = true;
        release();
        if (connection != null) {
            connection.abort();
        }
        link.answering(this);
    }

    @Override
    public void head(int code, HttpHeaders headers) {
        heardNanos = System.nanoTime();
        status = code;
        release();
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        location = headers.get(HttpHeaderNames.LOCATION, "");
        if (code / 100 != 2) {
            form = Form.ERROR;
            body = new Intake(link.upstream().room(), MAX_ERROR);
        } else if (type.regionMatches(true, 0, "text/event-stream", 0, 17)) {
            form = Form.EVENTS;
            parser = new SseParser(
                    link.upstream().settings().maxMessage(), link.upstream().room(), this);
        } else {
            form = Form.JSON;
            body = new Intake(link.upstream().room(), link.upstream().settings().maxMessage(), length(headers));
        }
        if (form != Form.ERROR && isInitialize()) {
            link.session(headers);
        }
        if (form != Form.ERROR && id.isEmpty()) {
            link.accepted(frame);
        }
        if (!isInitialize()) {
            link.answering(this);
        }
    }

    private static long length(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH, "");
        if (length.isEmpty() || length.length() > 12) {
            return -1;
        }
        for (int i = 0; i < length.length(); i++) {
            if (length.charAt(i) < '0' || length.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(length);
    }

    @Override
    public void content(ByteBuf part) {
        heardNanos = System.nanoTime();
        if (form == Form.EVENTS && parser != null) {
            try {
                parser.feed(part);
                lastEventId = parser.lastEventId();
            } catch (SseParser.TooLong e) {
                refuse("sent " + e.getMessage());
            }
        } else if (body != null) {
            Added added = body.add(part);
            if (added != Added.YES && form == Form.ERROR) {
                // The beginning says enough.
                error(new byte[0]);
                drop();
            } else if (added == Added.TOO_LONG) {
                refuse("sent an answer that is longer than 'max.line.bytes' allows");
            } else if (added == Added.NO_ROOM) {
                refuse("sent an answer for which there is no room: "
                        + link.upstream().room().full());
            }
        }
    }

    /** Gives back the place of what came. */
    private void release() {
        if (parser != null) {
            parser.close();
        }
        if (body != null) {
            body.clear();
        }
    }

    private void refuse(String why) {
        fail(why);
        drop();
    }

    private void drop() {
        release();
        if (connection != null) {
            connection.abort();
        }
        link.answering(this);
    }

    @Override
    public void event(String type, byte[] data) {
        resumes = 0;
        if (data.length > 0 && type.equals("message")) {
            try {
                link.deliver(data, id);
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
        retryMillis = Reconnects.bounded(millis);
    }

    @Override
    public void end() {
        switch (form) {
            case EVENTS -> streamEnded("ended the stream without an answer");
            case ERROR -> error(body == null ? new byte[0] : body.take());
            default -> json(body == null ? new byte[0] : body.take());
        }
        release();
        link.answering(this);
    }

    private void json(byte[] bytes) {
        if (bytes.length > 0 && !over && !link.isClosed()) {
            try {
                link.deliver(bytes, id);
            } catch (JsonException e) {
                fail("answered what is no JSON (HTTP " + status + "): " + Wire.shown(String.valueOf(e.getMessage())));
            }
        }
        fail("answered HTTP " + status + " without the answer to the request");
    }

    private void error(byte[] bytes) {
        if (status == 404 && !sentWith.isEmpty()) {
            over = true;
            link.lost(sentWith, this);
            return;
        }
        Document said = Document.NULL;
        try {
            said = bytes.length == 0 ? said : Json.read(bytes);
        } catch (JsonException e) {
            log.debug("The error body of server [{}] is no JSON", link.name());
        }
        if (!id.isEmpty() && said.has("error") && Wire.key(said.get("id")).equals(id)) {
            json(bytes);
            return;
        }
        String text = said.at("error", "message").text("");
        String shown = text.isEmpty() ? "" : ": " + Wire.shown(text);
        String advice = switch (status) {
            case 301, 302, 303, 307, 308 ->
                ". It points to [" + Wire.shown(location) + "]; set 'url' to that" + " place if it is right";
            case 401, 403 -> ". Check the credentials in 'headers'";
            case 404, 405 -> ". Check the path of 'url'";
            default -> "";
        };
        fail("answered HTTP " + status + shown + advice);
    }

    @Override
    public void broken(Throwable cause, boolean untouched) {
        release();
        boolean repeatable = !NOT_REPEATABLE.contains(frame.method().orElse(""));
        if (untouched && repeatable && !repeated && !over && !link.isClosed()) {
            // The server closed a kept connection just as it was used again.
            repeated = true;
            send(new CompletableFuture<>());
            return;
        }
        if (form == Form.EVENTS) {
            streamEnded("broke the stream: " + Reconnects.text(cause));
        } else if (form == Form.NONE) {
            fail("could not be reached: " + Reconnects.text(cause) + ". Check that it runs and that 'url' is right");
        } else {
            fail("broke off its answer: " + Reconnects.text(cause));
        }
        link.answering(this);
    }

    private void streamEnded(String how) {
        if (over || id.isEmpty() || link.isClosed()) {
            return;
        }
        if (cancelled || !link.resumes() || lastEventId.isEmpty() || resumes >= MAX_RESUMES) {
            fail(how);
            return;
        }
        resumes++;
        link.loop().schedule(this::resume, retryMillis, TimeUnit.MILLISECONDS);
    }

    private void resume() {
        if (over || link.isClosed()) {
            return;
        }
        form = Form.NONE;
        HttpReply taker = new Resumed();
        link.upstream()
                .connections()
                .request(
                        link.loop(),
                        link.streamRequest(lastEventId),
                        taker,
                        used -> connection = used,
                        new CompletableFuture<>());
    }

    private void fail(String what) {
        if (!over && !id.isEmpty()) {
            over = true;
            link.fail(this, form == Form.ERROR && status / 100 == 4 ? link.refusal(what) : link.problem(what));
        } else if (id.isEmpty() && status / 100 != 2 && !over) {
            over = true;
            log.warn(
                    "Server [{}] did not take a [{}]: {}",
                    link.name(),
                    frame.method().orElse("response"),
                    what);
        }
    }

    /** The rest of a stream that was cut. */
    private final class Resumed implements HttpReply {
        @Override
        public void head(int code, HttpHeaders headers) {
            boolean events =
                    headers.get(HttpHeaderNames.CONTENT_TYPE, "").regionMatches(true, 0, "text/event-stream", 0, 17);
            if (code / 100 == 2 && events) {
                PostCall.this.head(code, headers);
            } else if (code == 404 && !sentWith.isEmpty()) {
                link.lost(sentWith);
            } else {
                refuse("cut the stream and did not take it up again: HTTP " + code);
            }
        }

        @Override
        public void content(ByteBuf part) {
            String before = lastEventId;
            PostCall.this.content(part);
            if (lastEventId.isEmpty()) {
                lastEventId = before;
            }
        }

        @Override
        public void end() {
            release();
            streamEnded("ended the stream without an answer");
        }

        @Override
        public void broken(Throwable cause, boolean untouched) {
            release();
            streamEnded("broke the stream: " + Reconnects.text(cause));
        }
    }
}
