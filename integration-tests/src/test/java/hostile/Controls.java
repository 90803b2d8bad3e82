package hostile;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows CT: what has to work. */
public final class Controls {
    private Controls() {}

    /** Its own files. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Ct01 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            steps.step("own data", () -> {
                Path file = context.dataFolder().resolve("own.txt");
                Files.writeString(file, "mine");
                return Files.readString(file);
            });
        }
    }

    /** The language. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Ct02 extends Attack {
        private enum Colour {
            RED,
            GREEN
        }

        private record Point(int x, int y) {}

        @Override
        protected void attack(Steps steps) {
            steps.step("lambdas and references", () -> {
                Function<Integer, Integer> twice = x -> x * 2;
                Supplier<String> name = Colour.RED::name;
                return twice.andThen(String::valueOf).apply(21) + name.get();
            });
            steps.step(
                    "records and enums",
                    () -> new Point(1, 2) + " " + Colour.valueOf("GREEN").ordinal());
            steps.step("concatenation and switches", () -> {
                Object value = steps.text("attack");
                String kind = value instanceof String text ? "text of " + text.length() : "none";
                return switch (kind) {
                    case "none" -> "nothing";
                    default ->
                        kind
                                + switch (Colour.RED) {
                                    case RED -> " red";
                                    case GREEN -> " green";
                                };
                };
            });
            steps.step(
                    "streams",
                    () -> IntStream.range(0, 100)
                            .boxed()
                            .collect(Collectors.groupingBy(x -> x % 7, Collectors.counting())));
        }
    }

    /** Handles of its own fields. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Ct02Handles extends Attack {
        private volatile int counted;

        @Override
        protected void attack(Steps steps) {
            steps.step("handles of own fields", () -> {
                VarHandle handle = MethodHandles.lookup().findVarHandle(Ct02Handles.class, "counted", int.class);
                handle.getAndAdd(this, 2);
                return counted;
            });
        }
    }

    /** What the JDK loads when it is first used. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Ct03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("ZoneId", () -> ZoneId.of("Asia/Kathmandu").getRules());
            steps.step(
                    "Charset",
                    () -> Charset.forName("windows-1252").newEncoder().maxBytesPerChar());
            steps.step(
                    "MessageDigest",
                    () -> HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-512").digest("x".getBytes(StandardCharsets.UTF_8))));
            steps.step(
                    "DateTimeFormatter",
                    () -> DateTimeFormatter.ofPattern("EEEE d MMMM yyyy", Locale.FRENCH)
                            .format(Instant.EPOCH.atZone(ZoneId.of("UTC"))));
            steps.step("HashMap", () -> {
                Map<String, Integer> map = new HashMap<>();
                map.merge("a", 1, Integer::sum);
                return map;
            });
            steps.step("SecureRandom", () -> new SecureRandom().nextInt(10));
            steps.step("format", () -> String.format(Locale.ROOT, "%08.3f", Math.PI));
        }
    }

    /** Its own classes and resources, when they are needed. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Ct04 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            steps.step("class", () -> new Later().name());
            steps.step("resource", () -> {
                try (InputStream in = Ct04.class.getResourceAsStream("own.txt")) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            });
            steps.step(
                    "on another thread",
                    () -> context.executor()
                            .submit(() -> new LaterStill().name())
                            .get());
        }
    }

    private static final class Later {
        String name() {
            return "later";
        }
    }

    private static final class LaterStill {
        String name() {
            return "later still";
        }
    }

    /** The one host that it may talk to. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Ct05 extends Attack {
        @Override
        protected void attack(Steps steps) {
            URI uri = URI.create("http://127.0.0.1:" + steps.number("port") + "/");
            steps.step(
                    "send",
                    () -> HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
            steps.step(
                    "sendAsync",
                    () -> HttpClient.newHttpClient()
                            .sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                            .get()
                            .body());
        }
    }
}
