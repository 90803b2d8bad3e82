package org.sallyport.gogo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** The built bundle in a framework with the real shell runtime. */
@DisplayName("The shell")
class ShellTest {
    private static Framework framework;

    @TempDir
    static Path folder;

    private record Plugin(String id, long calls, String note) {}

    private record Verb(String scope, String name, List<Parameter> parameters, Function<Arguments, Object> work)
            implements AdminVerb {
        @Override
        public String summary() {
            return "Does " + name;
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public @Nullable Object run(Arguments arguments) {
            return work.apply(arguments);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.resolve("cache").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "org.apache.felix.service.command;version=1.0.0,"
                                + "org.sallyport.api.plugin;version=1.0.0,"
                                + "org.sallyport.spi.admin;version=1.0.0,"
                                + "org.slf4j;version=2.0.0,org.slf4j.helpers;version=2.0.0"));
        framework.start();
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        for (Class<?> inside : List.of(
                org.osgi.util.function.Function.class,
                org.osgi.util.promise.Promise.class,
                org.osgi.service.component.ComponentContext.class,
                org.apache.felix.scr.info.ScrInfo.class,
                CommandProcessor.class,
                VerbCommands.class)) {
            bundles.add(context.installBundle(
                    "reference:" + inside.getProtectionDomain().getCodeSource().getLocation()));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        framework.stop();
        framework.waitForStop(30_000);
    }

    private static ServiceRegistration<AdminVerb> verb(
            String name, List<AdminVerb.Parameter> parameters, Function<Arguments, Object> work) {
        return framework
                .getBundleContext()
                .registerService(AdminVerb.class, new Verb("test", name, parameters, work), null);
    }

    private static <T> T service(Class<T> type) throws InterruptedException {
        BundleContext context = framework.getBundleContext();
        ServiceReference<T> reference = context.getServiceReference(type);
        for (int i = 0; reference == null && i < 600; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            reference = context.getServiceReference(type);
        }
        assertThat(reference).as("service " + type).isNotNull();
        return context.getService(reference);
    }

    private static CommandSession session(ByteArrayOutputStream out) throws Exception {
        service(Converter.class);
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return service(CommandProcessor.class).createSession(new ByteArrayInputStream(new byte[0]), stream, stream);
    }

    private static Object type(String line) throws Exception {
        try (CommandSession session = session(new ByteArrayOutputStream())) {
            session.currentDir(folder);
            return session.execute(line);
        }
    }

    @Test
    @DisplayName("has a command for each verb that is there, and none any more when it is gone")
    void comesAndGoes() throws Exception {
        var registration = verb("hello", List.of(), arguments -> "Hello");

        assertThat(type("test:hello")).isEqualTo("Hello");

        registration.unregister();
        assertThatThrownBy(() -> type("test:hello")).hasMessageContaining("test:hello");
    }

    @Test
    @DisplayName("gives objects on, so that a script can use them, and shows them as tables and lines")
    void objects() throws Exception {
        var rows = List.of(new Plugin("a", 5, "fine"), new Plugin("b", 1_000, "\u001b[31mred"));
        var registration = verb("rows", List.of(), arguments -> rows);
        var out = new ByteArrayOutputStream();

        try (CommandSession session = session(out)) {
            Object answer = session.execute("test:rows");
            assertThat(answer).isEqualTo(rows);
            assertThat(session.format(answer, Converter.INSPECT).toString()).isEqualTo("""
                            ID  CALLS  NOTE
                            a       5  fine
                            b    1000  \\u001b[31mred""");
            session.put("row", ((List<?>) answer).get(0));
            assertThat(session.execute("$row calls")).isEqualTo(5L);
            assertThat(session.format(rows.get(1), Converter.INSPECT).toString())
                    .isEqualTo("id:     b\ncalls:  1000\nnote:   \\u001b[31mred");
            assertThat(session.format(rows.get(0), Converter.LINE).toString()).isEqualTo("{id=a, calls=5, note=fine}");
        } finally {
            registration.unregister();
        }
    }

    @Test
    @DisplayName("reads arguments, options, quoted words, and files relative to the folder of the session")
    void arguments() throws Exception {
        Files.writeString(folder.resolve("a file.txt"), "content");
        var registration = verb(
                "cat",
                List.of(
                        AdminVerb.Parameter.argument("file", AdminVerb.Parameter.Kind.FILE, "what to show"),
                        AdminVerb.Parameter.option("times", AdminVerb.Parameter.Kind.NUMBER, "how often"),
                        AdminVerb.Parameter.option("loud", AdminVerb.Parameter.Kind.FLAG, "in capitals")),
                arguments -> new String(arguments.bytes("file", 7), StandardCharsets.UTF_8)
                                .repeat(Integer.parseInt(arguments.text("times").orElse("1")))
                        + arguments.flag("loud"));

        try {
            assertThat(type("test:cat --loud --times 2 'a file.txt'")).isEqualTo("contentcontenttrue");
            assertThat(type("n = 3; test:cat \"a file.txt\" --times $n")).isEqualTo("contentcontentcontentfalse");
            assertThatThrownBy(() -> type("test:cat"))
                    .hasMessage("[FILE] is missing. Usage: test:cat FILE [--times NUMBER] [--loud]");
            assertThat(type("test:cat --help").toString()).startsWith("Does cat\nUsage: test:cat FILE");
        } finally {
            registration.unregister();
        }
    }

    @Test
    @DisplayName("shows a failure as one clear sentence in which nothing acts on the terminal")
    void failures() throws Exception {
        var refusing = verb("refuse", List.of(), arguments -> {
            throw new PluginException("refused", "Plugin [\u001b[2J] was refused");
        });
        var broken = verb("broken", List.of(), arguments -> {
            throw new NoClassDefFoundError("gone");
        });

        try {
            assertThatThrownBy(() -> type("test:refuse")).hasMessage("Plugin [\\u001b[2J] was refused");
            assertThatThrownBy(() -> type("test:broken"))
                    .hasMessage("Unexpected failure [java.lang.NoClassDefFoundError]: gone");
            try (CommandSession session = session(new ByteArrayOutputStream())) {
                assertThat(session.format(new PluginException("x", "No such plugin"), Converter.INSPECT)
                                .toString())
                        .isEqualTo("No such plugin");
            }
        } finally {
            refusing.unregister();
            broken.unregister();
        }
    }

    @Test
    @DisplayName("shows texts without what could act on the terminal")
    void texts() throws Exception {
        var text = verb("text", List.of(), arguments -> "a\u001b[2J\nb");
        var texts = verb("texts", List.of(), arguments -> List.of("a\u001b[2J\nb", "c"));

        try {
            assertThat(type("test:text")).isEqualTo("a\\u001b[2J\nb");
            assertThat(type("test:texts")).isEqualTo(List.of("a\\u001b[2J\\nb", "c"));
        } finally {
            text.unregister();
            texts.unregister();
        }
    }

    @Test
    @DisplayName("leaves out a verb whose name could not be typed")
    void untypable() throws Exception {
        var registration = verb("no good", List.of(), arguments -> "");

        try {
            assertThat(framework
                            .getBundleContext()
                            .getServiceReferences((String) null, "(osgi.command.function=no good)"))
                    .isNull();
        } finally {
            registration.unregister();
        }
    }
}
