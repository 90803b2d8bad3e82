package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.hook.Hooks.FilterHook;
import org.sallyport.examples.embedding.GreetingApp;
import org.sallyport.launcher.Sallyport;
import org.sallyport.launcher.SallyportException;

/** Sallyport inside another application. */
@DisplayName("An application that embeds Sallyport")
class EmbeddingIT {
    @TempDir
    private Path folder;

    @Test
    @DisplayName("is a plain main() whose plugins change what it does")
    void example() throws Exception {
        Path plugin = Signer.TESTS.write(folder.resolve("polite.jar"), polite("1.0.0", "Good day"));
        Signer.TESTS.trustedIn(folder.resolve("home"));

        var finished = SallyportProcess.Finished.of(
                List.of(
                        Path.of(System.getProperty("it.java.home"), "bin", "java")
                                .toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GreetingApp.class.getName(),
                        folder.resolve("home").toString(),
                        "Ann",
                        plugin.toString()),
                folder);

        assertThat(finished.exitCode()).as(finished.output()).isZero();
        assertThat(finished.output().lines()).contains("Hello, Ann", "Good day, Ann");
    }

    @Test
    @DisplayName("replaces, disables and removes a plugin while it runs")
    void lifeCycle() throws Exception {
        try (Sallyport sallyport = Sallyport.builder()
                .home(Signer.TESTS.trustedIn(folder.resolve("home")))
                .start()) {
            FilterHook<String> greeting = sallyport.hooks("app").filter("greeting", String.class);

            Signer.TESTS.install(sallyport, polite("1.0.0", "Good day"));
            assertThat(greeting.apply("Hello")).isEqualTo("Good day");
            Signer.TESTS.install(sallyport, polite("1.1.0", "Good evening"));
            assertThat(greeting.apply("Hello")).isEqualTo("Good evening");
            sallyport.plugins().disable("polite");
            assertThat(greeting.apply("Hello")).isEqualTo("Hello");
            sallyport.plugins().enable("polite");
            assertThat(greeting.apply("Hello")).isEqualTo("Good evening");
            sallyport.plugins().uninstall("polite");
            assertThat(greeting.apply("Hello")).isEqualTo("Hello");
        }
    }

    @Test
    @DisplayName("finds its plugins again after a restart")
    void restart() throws Exception {
        try (Sallyport sallyport = Sallyport.builder()
                .home(Signer.TESTS.trustedIn(folder.resolve("home")))
                .start()) {
            Signer.TESTS.install(sallyport, polite("1.0.0", "Good day"));
        }
        try (Sallyport sallyport =
                Sallyport.builder().home(folder.resolve("home")).start()) {
            assertThat(sallyport.hooks("app").filter("greeting", String.class).apply("Hello"))
                    .isEqualTo("Good day");
        }
    }

    @Test
    @DisplayName("is told when the home folder is in use")
    void homeInUse() {
        try (Sallyport first = Sallyport.builder().home(folder.resolve("home")).start()) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> Sallyport.builder().home(first.home()).start()))
                    .isInstanceOf(SallyportException.class)
                    .hasMessageContaining("in use");
        }
    }

    private static byte[] polite(String version, String words) {
        return PluginJar.of("test.polite", version)
                .source("test.polite.Polite", """
                        package test.polite;

                        import org.osgi.service.component.annotations.Component;
                        import org.sallyport.api.hook.*;
                        import org.sallyport.api.plugin.SallyportPlugin;

                        @SallyportPlugin(id = "polite", name = "Polite", description = "Greets politely")
                        @HandlesHook(name = "greeting")
                        @Component
                        public class Polite implements FilterHandler<String> {
                            @Override
                            public String filter(String greeting, HookCall call) {
                                return greeting.replace("Hello", "%s");
                            }
                        }
                        """.formatted(words))
                .build();
    }
}
