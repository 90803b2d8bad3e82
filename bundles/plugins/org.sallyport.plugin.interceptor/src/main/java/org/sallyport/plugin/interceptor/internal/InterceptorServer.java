package org.sallyport.plugin.interceptor.internal;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginException;

/**
 * An MCP server with interceptors, by Streamable HTTP: of revision 2026-07-28 if it speaks that, else in a session of 2025-11-25. The
 * connection is made by the first message. What it lists is asked for again after {@link #LIST_AGE}. Thread-safe.
 */
final class InterceptorServer {
    /** How old a list may be. */
    static final Duration LIST_AGE = Duration.ofSeconds(60);

    /** Most interceptors of a server that are looked at. */
    static final int MAX_LISTED = 256;

    private static final int MAX_PAGES = 16;
    private static final String MODERN = "2026-07-28";
    private static final String LEGACY = "2025-11-25";
    private static final String META = "io.modelcontextprotocol/";

    private final RemoteSettings settings;
    private final PluginContext context;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<@Nullable HttpClient> client = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<Session>> session = new AtomicReference<>();
    private final AtomicBoolean listing = new AtomicBoolean();

    InterceptorServer(RemoteSettings settings, PluginContext context) {
        this.settings = settings;
        this.context = context;
    }

    /**
     * How the server is spoken to.
     *
     * @param id the session; empty in the modern era
     */
    private static final class Session {
        final boolean modern;
        final String id;
        volatile List<Listed> listed = List.of();
        volatile long listedAt;

        Session(boolean modern, String id) {
            this.modern = modern;
            this.id = id;
        }
    }

    /**
     * What the server said.
     *
     * @param status of HTTP
     * @param session what it named as session; may be empty
     * @param message the JSON-RPC answer; {@link Document#NULL} if there is none
     */
    private record Reply(int status, String session, Document message) {
        Document result() {
            if (message.get("result").isObject()) {
                return message.get("result");
            }
            Document code = message.at("error", "code");
            throw new PluginException(
                    "interceptor_failed",
                    "The interceptor server answered with "
                            + (code.isNull() ? "status [" + status + "]" : "error [" + code.asLong(0) + "]"));
        }
    }

    /** What it lists, not older than {@link #LIST_AGE} unless it cannot be asked. */
    List<Listed> list(long deadline) {
        Session open = open(deadline);
        if (System.nanoTime() - open.listedAt > LIST_AGE.toNanos() && listing.compareAndSet(false, true)) {
            try {
                readList(open, deadline);
            } catch (PluginException e) {
                context.logger().warn("The interceptors of [{}] could not be listed anew: {}", host(), e.getMessage());
            } finally {
                open.listedAt = System.nanoTime();
                listing.set(false);
            }
        }
        return open.listed;
    }

    /** Calls an interceptor; several may be called at a time. */
    CompletableFuture<Document> invoke(Document params, long deadline) {
        Session open = open(deadline);
        return send(open, "interceptor/invoke", params, deadline).thenApply(reply -> {
            if (reply.status() == 404 && !open.modern) {
                // It forgot the session; the next message begins another one.
                forget();
            }
            return reply.result();
        });
    }

    private void forget() {
        session.set(null);
    }

    private String host() {
        return settings.url().getHost();
    }

    private Session open(long deadline) {
        CompletableFuture<Session> known = session.get();
        if (known == null) {
            CompletableFuture<Session> own = new CompletableFuture<>();
            if (session.compareAndSet(null, own)) {
                try {
                    own.complete(begin(deadline));
                } catch (RuntimeException | Error e) {
                    session.compareAndSet(own, null);
                    own.completeExceptionally(e);
                }
            }
            known = session.get();
            known = known == null ? own : known;
        }
        return await(known, deadline);
    }

    private Session begin(long deadline) {
        Session modern = new Session(true, "");
        try {
            readList(modern, deadline);
            return modern;
        } catch (PluginException e) {
            if (!e.code().equals("interceptor_failed")) {
                throw e;
            }
        }
        Reply hello = await(
                send(
                        new Session(false, ""),
                        "initialize",
                        Document.fromJava(Map.of(
                                "protocolVersion", LEGACY, "capabilities", Map.of(), "clientInfo", clientInfo())),
                        deadline),
                deadline);
        hello.result();
        Session legacy = new Session(false, hello.session());
        await(post(legacy, notification(), "notifications/initialized", deadline), deadline);
        readList(legacy, deadline);
        return legacy;
    }

    private Map<String, String> clientInfo() {
        return Map.of("name", "sallyport-" + context.id().value(), "version", context.version());
    }

    private void readList(Session open, long deadline) {
        List<Listed> all = new ArrayList<>();
        Document cursor = Document.NULL;
        for (int page = 0; page < MAX_PAGES && all.size() < MAX_LISTED; page++) {
            Document params = cursor.isNull() ? Document.EMPTY_OBJECT : Document.object("cursor", cursor);
            Document result = await(send(open, "interceptors/list", params, deadline), deadline)
                    .result();
            result.get("interceptors").values().stream()
                    .map(Listed::of)
                    .flatMap(Optional::stream)
                    .forEach(all::add);
            cursor = result.get("nextCursor");
            if (cursor.isNull()) {
                break;
            }
        }
        open.listed = List.copyOf(all.subList(0, Math.min(all.size(), MAX_LISTED)));
        open.listedAt = System.nanoTime();
    }

    private CompletableFuture<Reply> send(Session open, String method, Document params, long deadline) {
        Document all = params;
        if (open.modern) {
            all = params.with(
                    "_meta",
                    Document.fromJava(Map.of(
                            META + "protocolVersion", MODERN,
                            META + "clientInfo", clientInfo(),
                            META + "clientCapabilities", Map.of())));
        }
        Document request = Document.object("jsonrpc", Document.of("2.0"))
                .with("id", Document.of(ids.incrementAndGet()))
                .with("method", Document.of(method))
                .with("params", all);
        return post(open, request, method, deadline);
    }

    private static Document notification() {
        return Document.object("jsonrpc", Document.of("2.0")).with("method", Document.of("notifications/initialized"));
    }

    private CompletableFuture<Reply> post(Session open, Document message, String method, long deadline) {
        byte[] body = message.toJson().getBytes(StandardCharsets.UTF_8);
        if (body.length > settings.maxBytes()) {
            throw new PluginException(
                    "too_large",
                    "The message is larger than the [" + settings.maxBytes() + "] bytes that interceptors are sent");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.url())
                .timeout(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))
                .header("accept", "application/json, text/event-stream")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        settings.headers().forEach(request::header);
        if (open.modern) {
            request.header("mcp-protocol-version", MODERN).header("mcp-method", method);
        } else if (!open.id.isEmpty()) {
            request.header("mcp-protocol-version", LEGACY).header("mcp-session-id", open.id);
        }
        long id = message.get("id").asLong(0);
        return client().sendAsync(request.build(), head -> new BoundedBody(settings.maxBytes()))
                .thenApply(response -> reply(response, id));
    }

    private HttpClient client() {
        HttpClient known = client.get();
        if (known == null) {
            // Whoever is told to go elsewhere would take the message there, and its headers.
            HttpClient made = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(settings.timeout())
                    .build();
            known = client.compareAndExchange(null, made);
            known = known == null ? made : known;
        }
        return known;
    }

    private static Reply reply(HttpResponse<byte[]> response, long id) {
        String type = response.headers().firstValue("content-type").orElse("");
        String session = response.headers().firstValue("mcp-session-id").orElse("");
        byte[] body = response.body();
        Document message = Document.NULL;
        if (type.startsWith("text/event-stream")) {
            message = EventData.of(body).stream()
                    .map(data -> JsonReader.read(data, 0, data.length))
                    .filter(one -> one.get("id").asLong(-1) == id && !one.has("method"))
                    .findFirst()
                    .orElse(Document.NULL);
        } else if (type.startsWith("application/json") && body.length > 0) {
            message = JsonReader.read(body, 0, body.length);
        }
        return new Reply(response.statusCode(), session, message);
    }

    /** Waits until a deadline by {@link System#nanoTime()}; what comes later is not waited for any more. */
    static <T> T await(CompletableFuture<T> future, long deadline) {
        try {
            return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new PluginException("timeout", "The interceptor server did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("interrupted", "Nobody waits for the interceptor server any more");
        } catch (CancellationException e) {
            throw new PluginException("timeout", "The interceptor server did not answer in time");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static PluginException failure(@Nullable Throwable cause) {
        Throwable inner = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        if (inner instanceof PluginException known) {
            return known;
        } else if (inner instanceof IOException && inner.getCause() instanceof PluginException known) {
            return known;
        }
        return new PluginException(
                "unreachable",
                "The interceptor server could not be asked: "
                        + (inner == null ? "unknown" : inner.getClass().getSimpleName()));
    }
}
