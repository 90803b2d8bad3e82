package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.hook.Hooks.FilterHook;
import org.sallyport.it.BadPlugins.Bad;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/**
 * Bad plugins stop no start: in the deploy folder, and known from an earlier run. All together by default;
 * {@code -Dstart.matrix=full} also tries each one alone.
 */
@DisplayName("With bad plugins")
class StartMatrixIT {
    /** A promise to operators, on a machine that starts the platform without any plugin in half of it. */
    private static final Duration READY = Duration.ofSeconds(10);

    private static final Document HELLO = Document.object("message", Document.of("hello"));

    /** Tried alone by default too. */
    private static final List<String> WORST = List.of("exits-static.jar");

    @TempDir
    private Path folder;

    static Stream<Bad> alone() {
        boolean full = "full".equals(System.getProperty("start.matrix"));
        return BadPlugins.all().stream().filter(bad -> full || WORST.contains(bad.file()));
    }

    @ParameterizedTest(
            name = "[{0}] alone the platform is ready, twice, the good neighbour serves, and the cause is right")
    @MethodSource("alone")
    void alone(Bad bad) throws Exception {
        Path home = home(List.of(bad));

        startTwice(home, List.of(bad));
    }

    @Test
    @DisplayName("all together the platform is ready, twice, the good neighbours serve, and each cause is right")
    void embedded() throws Exception {
        assertThat(BadPlugins.all()).hasSizeGreaterThanOrEqualTo(40);
        Path home = home(BadPlugins.all());

        startTwice(home, BadPlugins.all());
    }

    @Test
    @Tag("long")
    @DisplayName("all together the jar is ready, twice, and its gateway serves through the good neighbours")
    void jar() throws Exception {
        Path home = home(BadPlugins.all());
        Signer.TESTS.write(
                home.resolve("deploy/good-marker.jar"), TestPlugins.marker("good-marker", "1.0.0", " [good]"));

        Duration limit;
        try (SallyportProcess bare = SallyportProcess.run(folder.resolve("bare"))) {
            limit = limit(ready(bare));
        }
        try (SallyportProcess gateway = SallyportProcess.run(home)) {
            assertThat(ready(gateway)).isLessThanOrEqualTo(limit);
            McpSession session = McpSession.open(gateway.mcp());
            Await.until("the good one", () -> session.text("echo", HELLO).contains("[good]"));
            for (Bad bad : BadPlugins.all()) {
                if (!bad.serves()) {
                    Await.until(bad + " in the log", () -> gateway.log().contains(bad.file()));
                }
            }
            assertThat(gateway.isAlive()).isTrue();
        }
        try (SallyportProcess gateway = SallyportProcess.run(home)) {
            assertThat(ready(gateway)).isLessThanOrEqualTo(limit);
            McpSession session = McpSession.open(gateway.mcp());
            Await.until("the good one again", () -> session.text("echo", HELLO).contains("[good]"));
        }
    }

    private Path home(List<Bad> bad) throws IOException {
        Path home = Signer.TESTS.trustedIn(folder.resolve("home"));
        Path deploy = Files.createDirectories(home.resolve("deploy"));
        for (Bad one : bad) {
            Signer.TESTS.writeAny(deploy.resolve(one.file()), one.jar());
        }
        Signer.TESTS.write(deploy.resolve("aa-first.jar"), greeter("aa-first", "first"));
        Signer.TESTS.write(deploy.resolve("twin.jar"), greeter("twin", "twin"));
        byte[] last = greeter("zz-last", "last");
        Signer.TESTS.write(deploy.resolve("zz-last.jar"), last);
        // The same once more, under another name: it is one plugin.
        Signer.TESTS.write(deploy.resolve("a-copy.jar"), last);
        return home;
    }

    private void startTwice(Path home, List<Bad> bad) throws Exception {
        try (Sallyport sallyport = readyInTime(home)) {
            FilterHook<String> greeting = sallyport.hooks("it").filter("greeting", String.class);
            Await.until("all good ones", () -> greeting.apply("").equals(" first twin last"));
            eachWithItsCause(sallyport, bad);
        }
        try (Sallyport sallyport = readyInTime(home)) {
            FilterHook<String> greeting = sallyport.hooks("it").filter("greeting", String.class);
            Await.until("all good ones again", () -> greeting.apply("").equals(" first twin last"));
            eachWithItsCause(sallyport, bad);
        }
    }

    /** The promise, or what is fair on a machine that is busy with other things. */
    private static Duration limit(Duration bare) {
        Duration fair = bare.plus(READY.dividedBy(2));
        return fair.compareTo(READY) > 0 ? fair : READY;
    }

    private Sallyport readyInTime(Path home) {
        long began = System.nanoTime();
        start(folder.resolve("bare")).close();
        Duration limit = limit(Duration.ofNanos(System.nanoTime() - began));
        began = System.nanoTime();
        Sallyport sallyport = start(home);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (took.compareTo(limit) > 0) {
            sallyport.close();
            throw new AssertionError("It was ready after " + took + ", not " + limit);
        }
        return sallyport;
    }

    /** What hangs is given up sooner here, so that the test is quick; the jar has the defaults. */
    private static Sallyport start(Path home) {
        return Sallyport.builder()
                .home(home)
                .property("sallyport.limit.start.millis", "3000")
                .property("sallyport.limit.stop.millis", "3000")
                .start();
    }

    private static Duration ready(SallyportProcess process) {
        Matcher line = Pattern.compile("is up after ([0-9]+) ms").matcher(process.log());
        assertThat(line.find()).as(process.log()).isTrue();
        return Duration.ofMillis(Long.parseLong(line.group(1)));
    }

    private static void eachWithItsCause(Sallyport sallyport, List<Bad> bad) throws InterruptedException {
        try {
            Await.until("each is judged", () -> wrong(sallyport, bad).isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError("Not judged as they should be: " + wrong(sallyport, bad), e);
        }
        SoftAssertions softly = new SoftAssertions();
        for (Bad one : bad) {
            PluginStatus status = status(sallyport, one).orElseThrow();
            softly.assertThat(status.cause())
                    .as("cause of %s is one sentence", one)
                    .doesNotContain("\n");
            softly.assertThat(status.cause().length())
                    .as("length of the cause of %s", one)
                    .isLessThan(700);
        }
        softly.assertAll();
    }

    private static List<String> wrong(Sallyport sallyport, List<Bad> bad) {
        return bad.stream()
                .filter(one -> status(sallyport, one)
                        .filter(status -> isRight(one, status))
                        .isEmpty())
                .map(one -> one + " wants " + one.causes() + " and has "
                        + status(sallyport, one).map(status -> status.state() + " " + status.cause()))
                .toList();
    }

    private static boolean isRight(Bad bad, PluginStatus status) {
        boolean serving = status.state() == PluginState.ACTIVE;
        boolean out = List.of(PluginState.QUARANTINED, PluginState.BLOCKED).contains(status.state());
        return bad.serves() ? serving : out && bad.causes().stream().allMatch(status.cause()::contains);
    }

    /** By its file, as a plugin or as a file that is none. */
    private static Optional<PluginStatus> status(Sallyport sallyport, Bad bad) {
        List<PluginStatus> all = sallyport.plugins().list();
        Function<PluginStatus, Boolean> hasFile = status -> status.origin().equals("deploy/" + bad.file());
        return all.stream()
                .filter(status -> hasFile.apply(status))
                .findFirst()
                .or(() -> all.stream()
                        .filter(status -> status.id().equals(bad.id()))
                        .findFirst());
    }

    /** A plugin that appends a word. */
    private static byte[] greeter(String id, String word) {
        String name = "test." + id.replace('-', '_');
        return PluginJar.of(name, "1.0.0")
                .source(name + ".Plugin", """
                        package %s;

                        import org.osgi.service.component.annotations.Component;
                        import org.sallyport.api.hook.*;
                        import org.sallyport.api.plugin.SallyportPlugin;

                        @SallyportPlugin(id = "%s", name = "Good %s", description = "Says one word", eager = true)
                        @HandlesHook(name = "greeting")
                        @Component
                        public class Plugin implements FilterHandler<String> {
                            @Override
                            public String filter(String words, HookCall call) {
                                return words + " %s";
                            }
                        }
                        """.formatted(name, id, id, word))
                .build();
    }
}
