package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.policy.PolicyEngine;

/** A gateway on a free port, and a client for it that does what it is told, right or wrong. */
final class TestGateway implements AutoCloseable {
    static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"sampling\":{}},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

    final Gateway gateway;
    private final EventLoops loops = new EventLoops();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    String session = "";

    /** For the messages that are on their way. */
    final Room room = new Room();

    TestGateway(PolicyEngine engine, Map<String, Object> settings, Upstream... upstreams) {
        this(engine, settings, () -> List.of(upstreams));
    }

    TestGateway(PolicyEngine engine, Map<String, Object> settings, Supplier<List<Upstream>> upstreams) {
        this(engine, settings, upstreams, null);
    }

    TestGateway(
            PolicyEngine engine,
            Map<String, Object> settings,
            Supplier<List<Upstream>> upstreams,
            Authentication authentication) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putIfAbsent("port", 0);
        gateway = new Gateway(
                GatewaySettings.of(config(all), Path.of("")),
                engine,
                loops,
                room,
                upstreams,
                () -> authentication,
                "1.2.3",
                true);
    }

    static GatewayConfig config(Map<String, Object> settings) {
        return (GatewayConfig) Proxy.newProxyInstance(
                TestGateway.class.getClassLoader(),
                new Class<?>[] {GatewayConfig.class},
                (proxy, method, arguments) -> settings.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    int port() {
        return gateway.port();
    }

    HttpRequest.Builder request() {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/mcp"))
                .timeout(Duration.ofSeconds(30))
                .header("accept", "application/json, text/event-stream")
                .header("content-type", "application/json");
        return session.isEmpty() ? builder : builder.header("mcp-session-id", session);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> post(String body) {
        return send(request().POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    TestGateway initialize() {
        HttpResponse<String> response = post(INITIALIZE);
        session =
                response.headers().firstValue("mcp-session-id").orElseThrow(() -> new AssertionError(response.body()));
        post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return this;
    }

    static String call(int id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    Document ask(String body) {
        return last(post(body));
    }

    /** The answer, be it alone or at the end of an event stream. */
    static Document last(HttpResponse<String> response) {
        String type = response.headers().firstValue("content-type").orElse("");
        if (type.startsWith("text/event-stream")) {
            List<String> data = response.body()
                    .lines()
                    .filter(line -> line.startsWith("data: {"))
                    .toList();
            return json(data.get(data.size() - 1).substring(6));
        }
        return json(response.body());
    }

    static Document json(String text) {
        try {
            return Json.read(text);
        } catch (JsonException e) {
            throw new AssertionError(text, e);
        }
    }

    /** An event stream that is read on a thread of its own. */
    Events listen(HttpRequest.Builder request) {
        try {
            return new Events(client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Events get(String lastEvent) {
        HttpRequest.Builder request = request().GET();
        return listen(lastEvent.isEmpty() ? request : request.header("last-event-id", lastEvent));
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("It did not happen within 20 seconds");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        gateway.close();
        // Whatever came of them: no message may keep its place.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (room.taken() != 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        long left = room.taken();
        loops.close();
        assertThat(left).as("bytes on their way after the end").isZero();
    }

    record Event(String id, String data) {
        Document json() {
            return TestGateway.json(data);
        }
    }

    static final class Events implements AutoCloseable {
        final HttpResponse<InputStream> response;
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        volatile boolean ended;

        Events(HttpResponse<InputStream> response) {
            this.response = response;
            Thread reader = new Thread(this::read, "events");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                String id = "";
                String data = null;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.startsWith("data: ")) {
                        data = line.substring(6);
                    } else if (line.isEmpty() && data != null) {
                        events.add(new Event(id, data));
                        data = null;
                    }
                }
            } catch (IOException e) {
                // Ended by one of the two sides.
            }
            ended = true;
        }

        /** The next event, empty ones included. */
        Event any() {
            try {
                Event event = events.poll(20, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("No event came");
                }
                return event;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The next event with content. */
        Event next() {
            Event event = any();
            return event.data().isEmpty() ? next() : event;
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
