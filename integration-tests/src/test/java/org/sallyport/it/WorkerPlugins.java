package org.sallyport.it;

/** Plugins for workers: they do what the message tells them. */
final class WorkerPlugins {
    private WorkerPlugins() {}

    /** A security plugin that reads a command in {@code params.do} and answers in the reason of its decision. */
    static PluginJar obedient(String id, String version) {
        return obedient(id, version, "");
    }

    /** @param start what its component does when it is made */
    static PluginJar obedient(String id, String version, String start) {
        return obedient(id, version, start, "");
    }

    /** @param asks more annotations by which it asks for permissions */
    static PluginJar obedient(String id, String version, String start, String asks) {
        String name = "test." + id.replace('-', '_');
        return PluginJar.of(name, version).source(name + ".Plugin", """
                package %1$s;

                import java.io.*;
                import java.net.*;
                import java.nio.file.*;
                import java.util.*;
                import org.osgi.service.component.annotations.*;
                import org.osgi.service.metatype.annotations.*;
                import org.sallyport.api.config.Settings;
                import org.sallyport.api.document.Document;
                import org.sallyport.api.plugin.*;
                import org.sallyport.api.policy.*;
                import org.sallyport.type.security.*;

                @SallyportPlugin(id = "%2$s", name = "Obedient", description = "Does what it is told")
                @RequiresPermission(type = "file", actions = {"read", "write"}, scope = "${data}")
                %5$s
                @Designate(ocd = Plugin.Config.class)
                @Component(service = {SecurityPlugin.class, StateHandover.class})
                public class Plugin implements SecurityPlugin, StateHandover {
                    @ObjectClassDefinition
                    public @interface Config {
                        String greeting() default "hello";
                    }

                    private final PluginContext context;
                    private volatile long count;

                    @Activate
                    public Plugin(@Reference PluginContext context) {
                        this.context = context;
                        %4$s
                    }

                    @Override
                    public SecurityFilter configure(Settings settings) {
                        String greeting = settings.as(Config.class).greeting();
                        return call -> {
                            String told = call.message().document().get("params").get("do").text("");
                            try {
                                return PolicyDecision.allow(answer(told, greeting, call), "told");
                            } catch (Blocked e) {
                                return PolicyDecision.block("it says no", "no");
                            } catch (Exception | LinkageError e) {
                                return PolicyDecision.allow("failed " + e, "failed");
                            }
                        };
                    }

                    private static class Blocked extends Exception {}

                    private String answer(String told, String greeting, PolicyCall call) throws Exception {
                        String[] words = told.split(" ", 2);
                        String rest = words.length > 1 ? words[1] : "";
                        switch (words[0]) {
                            case "greet": return greeting + " from %3$s";
                            case "count": return String.valueOf(++count);
                            case "block": throw new Blocked();
                            case "fail": throw new IllegalStateException("boom");
                            case "recurse": return answer(told, greeting, call);
                            case "remember": call.exchange().remember("k", Document.of(rest)); return "done";
                            case "recall": return call.exchange().recall("k").text("nothing");
                            case "store":
                                return context.storage(Scope.GLOBAL)
                                        .update("k", old -> Document.of(old.asLong(0) + 1)).toJson();
                            case "log": context.logger().warn("It says {}", rest); return "done";
                            case "pid": return String.valueOf(ProcessHandle.current().pid());
                            case "where": return new File("/proc/self").getCanonicalPath() + " " + System.getenv();
                            case "exit":
                                // By its name, as the gate for code knows the plain call.
                                Runtime.class.getMethod("halt", int.class)
                                        .invoke(Runtime.getRuntime(), Integer.parseInt(rest));
                                return "";
                            case "loop": while (true) { try { while (true) { count++; } } catch (Throwable e) { } finally { count++; } }
                            case "oom": { List<byte[]> all = new ArrayList<>(); while (true) { all.add(new byte[1 << 20]); } }
                            case "threads": {
                                for (int i = 0; i < 5_000; i++) {
                                    Thread t = new Thread(() -> { try { Thread.sleep(60_000); } catch (InterruptedException e) { } });
                                    t.setDaemon(true);
                                    t.start();
                                }
                                return "5000 threads";
                            }
                            case "sleep": Thread.sleep(Long.parseLong(rest)); return "slept";
                            case "read": return Files.readString(Path.of(rest));
                            case "write": Files.writeString(Path.of(rest), "written"); return "written";
                            case "save": Files.writeString(context.dataFolder().resolve("f"), rest); return "saved";
                            case "load": return Files.readString(context.dataFolder().resolve("f"));
                            case "fill": {
                                byte[] block = new byte[1 << 20];
                                try (OutputStream out = Files.newOutputStream(Path.of(rest))) {
                                    for (int i = 0; i < 2_000; i++) { out.write(block); }
                                }
                                return "filled";
                            }
                            case "list": return Arrays.toString(new File(rest).list());
                            case "processes": return String.valueOf(ProcessHandle.allProcesses().count());
                            case "run": {
                                Process p = new ProcessBuilder(rest.split(" ")).redirectErrorStream(true).start();
                                return "started " + p.pid();
                            }
                            case "native": {
                                // By its name, as it is not there before Java 22.
                                Class<?> linker = Class.forName("java.lang.foreign.Linker");
                                Object own = linker.getMethod("nativeLinker").invoke(null);
                                Object found = ((Optional<?>) Class.forName("java.lang.foreign.SymbolLookup")
                                        .getMethod("find", String.class)
                                        .invoke(linker.getMethod("defaultLookup").invoke(own), "getpid")).get();
                                Class<?> layouts = Class.forName("[Ljava.lang.foreign.MemoryLayout;");
                                Object type = Class.forName("java.lang.foreign.FunctionDescriptor")
                                        .getMethod("ofVoid", layouts)
                                        .invoke(null, java.lang.reflect.Array.newInstance(layouts.getComponentType(), 0));
                                Class<?> options = Class.forName("[Ljava.lang.foreign.Linker$Option;");
                                try {
                                    return "called " + linker.getMethod("downcallHandle",
                                                    Class.forName("java.lang.foreign.MemorySegment"),
                                                    Class.forName("java.lang.foreign.FunctionDescriptor"), options)
                                            .invoke(own, found, type,
                                                    java.lang.reflect.Array.newInstance(options.getComponentType(), 0));
                                } catch (java.lang.reflect.InvocationTargetException e) {
                                    return "failed " + e.getCause();
                                }
                            }
                            case "connect": {
                                String[] at = rest.split(":");
                                try (Socket socket = new Socket(at[0], Integer.parseInt(at[1]))) {
                                    socket.getOutputStream().write("hi\\n".getBytes());
                                    return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
                                }
                            }
                            default: return "";
                        }
                    }

                    @Override
                    public int schemaVersion() {
                        return 1;
                    }

                    @Override
                    public Document saveState() {
                        return Document.of(count);
                    }

                    @Override
                    public void restoreState(int schemaVersion, Document state) {
                        count = state.asLong(0);
                    }
                }
                """.formatted(name, id, version, start, asks));
    }

    /** An auditor that keeps the last outcome in its storage, and a middleware that answers requests. */
    static byte[] chorus(String id) {
        String name = "test." + id.replace('-', '_');
        return PluginJar.of(name, "1.0.0")
                .source(name + ".Plugin", """
                package %1$s;

                import java.util.*;
                import org.osgi.service.component.annotations.*;
                import org.sallyport.api.action.*;
                import org.sallyport.api.config.Settings;
                import org.sallyport.api.document.Document;
                import org.sallyport.api.hook.*;
                import org.sallyport.api.plugin.*;
                import org.sallyport.api.policy.*;
                import org.sallyport.type.auditing.*;
                import org.sallyport.type.middleware.*;

                @SallyportPlugin(id = "%2$s", name = "Chorus", description = "Has one handler of each kind")
                @RequiresPermission(type = "file", actions = {"read", "write"}, scope = "${data}")
                public class Plugin {
                    @Component
                    @Handler(handler = "%2$s.audit")
                    public static class Audit implements AuditingPlugin {
                        @Reference PluginContext context;

                        @Override
                        public Auditor configure(Settings settings) {
                            return report -> context.storage(Scope.GLOBAL).put("last",
                                    Document.of(report.outcome().wireName() + " " + report.stages().size() + " "
                                            + report.message().method()));
                        }
                    }

                    @Component
                    @Handler(handler = "%2$s.answer")
                    public static class Answer implements MiddlewarePlugin {
                        @Reference PluginContext context;

                        @Override
                        public Middleware configure(Settings settings) {
                            return call -> call.message().method().equals("last")
                                    ? PolicyDecision.complete(
                                            Document.object("result", context.storage(Scope.GLOBAL).get("last").orElse(Document.NULL)),
                                            "answered", "answered")
                                    : PolicyDecision.pass();
                        }
                    }

                    @Component
                    @HandlesHook(name = "greeting")
                    public static class Greeting implements FilterHandler<String> {
                        @Override
                        public String filter(String greeting, HookCall call) {
                            return greeting + " from " + call.hook();
                        }
                    }
                }
                """.formatted(name, id))
                .build();
    }
}
