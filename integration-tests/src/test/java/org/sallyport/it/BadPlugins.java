package org.sallyport.it;

import static org.sallyport.it.JarBytes.entries;
import static org.sallyport.it.JarBytes.zip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Files that are no good plugins, each with what has to be said of it. Made once: nothing of them depends on a test. */
final class BadPlugins {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String PASS = "return PolicyDecision.pass();";

    /**
     * What is bad about a plugin.
     *
     * @param file its name
     * @param jar its bytes
     * @param causes words of the one sentence that says why it is not in service; none if it is
     */
    record Bad(String file, byte[] jar, List<String> causes) {
        /** The plugin's id, if it has one; the file's name without its ending is the same. */
        String id() {
            return file.replace(".jar", "");
        }

        boolean serves() {
            return causes.isEmpty();
        }

        @Override
        public String toString() {
            return file;
        }
    }

    private static final List<Bad> ALL = List.copyOf(new BadPlugins().all);

    private final List<Bad> all = new ArrayList<>();

    /** Those that are installed by their file. */
    static List<Bad> all() {
        return ALL;
    }

    private BadPlugins() {
        try {
            all.addAll(new BadFiles().all);
            codeThatHarms();
            codeThatFails();
            codeThatHangs();
            needs();
            badOnlyLater();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String id, byte[] jar, String... causes) {
        all.add(new Bad(id + ".jar", jar, List.of(causes)));
    }

    private void codeThatHarms() {
        add("exits-static", code("exits-static", "static { System.exit(7); }", PASS), "[java.lang.System.exit]");
        add(
                "exits-activate",
                code("exits-activate", "@Activate void start() { Runtime.getRuntime().exit(7); }", PASS),
                "[java.lang.Runtime.exit]");
        add(
                "halts",
                code("halts", "static final Runnable END = () -> Runtime.getRuntime().halt(7);", PASS),
                "[java.lang.Runtime.halt]");
        add(
                "floods",
                code(
                        "floods",
                        "@Activate void start() { for (int i = 0; i < 300; i++) { Thread t = new Thread(() -> { try {"
                                + " Thread.sleep(600_000); } catch (InterruptedException e) { } }); t.setDaemon(true);"
                                + " t.start(); } }",
                        PASS));
        add(
                "floods-executor",
                code(
                        "floods-executor",
                        "@Reference org.sallyport.api.plugin.PluginContext context;\n@Activate void start() {"
                                + " for (int i = 0; i < 1_000_000; i++) { context.executor().execute(() -> { try {"
                                + " Thread.sleep(600_000); } catch (InterruptedException e) { } }); } }",
                        PASS),
                "[10000] tasks waiting");
    }

    private void codeThatFails() throws IOException {
        add(
                "throws-static",
                code("throws-static", "static { if (true) throw new IllegalStateException(\"static no\"); }", PASS),
                "static no");
        add(
                "throws-constructor",
                code("throws-constructor", "public Plugin() { throw new IllegalStateException(\"not made\"); }", PASS),
                "not made");
        add(
                "throws-activate",
                code(
                        "throws-activate",
                        "@Activate void start() { throw new IllegalStateException(\"not today\"); }",
                        PASS),
                "not today");
        add(
                "throws-mute",
                code(
                        "throws-mute",
                        "@Activate void start() { throw new RuntimeException() { @Override public String getMessage() { throw new Error(); } }; }",
                        PASS),
                "failed to start");
        add("overflows", code("overflows", "@Activate void start() { start(); }", PASS), "StackOverflowError");
        add(
                "out-of-memory",
                code("out-of-memory", "@Activate void start() { throw new OutOfMemoryError(\"all gone\"); }", PASS),
                "not enough memory");
        add("dies", code("dies", "@Activate void start() { throw new ThreadDeath(); }", PASS), "ThreadDeath");
        add(
                "lacks-class",
                TestPlugins.middleware("lacks-class", "1.0.0", "@Activate void start() { new Missing(); }", PASS)
                        .source("test.lacks_class.Missing", "package test.lacks_class; class Missing {}")
                        .without("test.lacks_class.Missing")
                        .build(),
                "test.lacks_class.Missing is missing");
        add(
                "bad-activator",
                header("bad-activator", "Bundle-Activator", "test.bad_activator.Plugin"),
                "failed to start");
        add(
                "lacks-component",
                TestPlugins.middleware("lacks-component", "1.0.0", "", PASS)
                        .without("test.lacks_component.Plugin")
                        .build(),
                "test.lacks_component.Plugin");
    }

    private void codeThatHangs() {
        String forever = "{ while (true) { try { Thread.sleep(600_000); } catch (InterruptedException e) { } } }";
        add("hangs-static", code("hangs-static", "static { if (true) " + forever + " }", PASS), "did not end within");
        add("hangs-constructor", code("hangs-constructor", "public Plugin() " + forever, PASS), "did not end within");
        add("hangs-activate", code("hangs-activate", "@Activate void start() " + forever, PASS), "did not end within");
        add(
                "hangs-on-others",
                code(
                        "hangs-on-others",
                        "@Activate void start() throws Exception { Thread t = new Thread(() -> " + forever
                                + "); t.setDaemon(true); t.start(); t.join(); }",
                        PASS),
                "did not end within");
        add(
                "hangs-message",
                code(
                        "hangs-message",
                        "@Activate void start() { throw new RuntimeException() { @Override public String getMessage() "
                                + forever + " }; }",
                        PASS),
                "did not end within");
    }

    private void needs() {
        add(
                "unresolvable",
                TestPlugins.middleware("unresolvable", "1.0.0", "", PASS)
                        .header("Import-Package", "com.nowhere,*")
                        .build(),
                "com.nowhere");
        add("cycle-a", inCycle("cycle-a", "cycle_b"), "cycle");
        add("cycle-b", inCycle("cycle-b", "cycle_a"), "cycle");
        add(
                "zy-twin",
                TestPlugins.middleware("twin", "1.0.0", "", "return mark(call, \" [other twin]\");")
                        .header("Bundle-SymbolicName", "test.other.twin")
                        .build(),
                "twin");
    }

    /** In service, and bad when they leave it. */
    private void badOnlyLater() {
        add(
                "throws-deactivate",
                code(
                        "throws-deactivate",
                        "@Deactivate void stop() { throw new IllegalStateException(\"no end\"); }",
                        PASS));
        add(
                "hangs-deactivate",
                code("hangs-deactivate", "@Deactivate void stop() throws Exception { Thread.sleep(600_000); }", PASS));
    }

    static byte[] code(String id, String fields, String body) {
        return TestPlugins.middleware(id, "1.0.0", fields, body).build();
    }

    /** With a header that no build tool had a say in. */
    static byte[] header(String id, String name, String value) throws IOException {
        return zip(JarBytes.headers(entries(code(id, "", PASS)), headers -> {
            String before = headers.getValue(name);
            headers.putValue(name, before == null ? value : value + "," + before);
        }));
    }

    /** Needs a service that only its partner offers once it has ours. */
    private static byte[] inCycle(String id, String needs) {
        return code(id, "@Reference(target = \"(cycle=" + needs + ")\") MiddlewarePlugin partner;", PASS);
    }
}
