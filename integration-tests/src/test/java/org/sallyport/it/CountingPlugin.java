package org.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A plugin that counts what it is asked, as hook handler and as policy plugin, and takes the counts along when it is
 * replaced. Built once; its versions differ in what they say of themselves. It answers {@code ticket|VERSION}, with
 * {@code STALE} for the version if it was stopped before, and {@code HOOK CALLS/MESSAGES} to the ticket {@code "?"}.
 */
final class CountingPlugin {
    static final String ID = "counting";
    static final String HOOK = "ticket";

    private static final String VERSION = "test/counting/version.txt";

    private final Map<String, byte[]> entries;

    CountingPlugin() throws IOException {
        entries = JarBytes.entries(PluginJar.of("test.counting", "1.0.0")
                .source("test.counting.Counting", SOURCE)
                .resource(VERSION, "1.0.0".getBytes(StandardCharsets.UTF_8))
                .build());
    }

    /** The version 1.0.N. */
    byte[] version(int n) {
        String version = "1.0." + n;
        try {
            Map<String, byte[]> changed =
                    JarBytes.headers(entries, headers -> headers.putValue("Bundle-Version", version));
            changed.put(VERSION, version.getBytes(StandardCharsets.UTF_8));
            return JarBytes.zip(changed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final String SOURCE = """
            package test.counting;

            import java.io.InputStream;
            import java.nio.charset.StandardCharsets;
            import java.util.concurrent.atomic.AtomicLong;
            import org.osgi.service.component.annotations.*;
            import org.sallyport.api.config.Settings;
            import org.sallyport.api.document.Document;
            import org.sallyport.api.hook.*;
            import org.sallyport.api.plugin.*;
            import org.sallyport.api.policy.*;
            import org.sallyport.type.middleware.*;

            @SallyportPlugin(id = "counting", name = "Counting", description = "Counts over all its versions", eager = true)
            @HandlesHook(name = "ticket")
            @Component(service = {FilterHandler.class, MiddlewarePlugin.class, StateHandover.class})
            public class Counting implements FilterHandler<String>, MiddlewarePlugin, StateHandover {
                private final AtomicLong calls = new AtomicLong();
                private final AtomicLong messages = new AtomicLong();
                private final String version;
                private volatile boolean stopped;
                private long savedCalls;
                private long savedMessages;

                public Counting() throws Exception {
                    try (InputStream in = Counting.class.getResourceAsStream("version.txt")) {
                        version = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    }
                }

                @Deactivate
                void stop() {
                    stopped = true;
                }

                private String mark() {
                    return stopped ? "STALE" : version;
                }

                @Override
                public String filter(String ticket, HookCall call) {
                    if (ticket.equals("?")) {
                        return calls.get() + "/" + messages.get();
                    }
                    calls.incrementAndGet();
                    return ticket + "|" + mark();
                }

                @Override
                public Middleware configure(Settings settings) {
                    return this::process;
                }

                private PolicyDecision process(PolicyCall call) {
                    Document message = call.message().document();
                    if (!call.message().method().equals("tools/call")) {
                        return PolicyDecision.pass();
                    } else if (call.message().kind().equals(Message.REQUEST)) {
                        messages.incrementAndGet();
                        Document params = message.get("params");
                        Document arguments = params.get("arguments");
                        String text = arguments.get("message").text("") + "|" + mark();
                        return PolicyDecision.modify(
                                message.with("params", params.with("arguments", arguments.with("message", Document.of(text)))),
                                "counted", "counted");
                    }
                    return PolicyDecision.pass();
                }

                @Override
                public int schemaVersion() {
                    return 1;
                }

                @Override
                public synchronized Document saveState() {
                    savedCalls = calls.get();
                    savedMessages = messages.get();
                    return document(savedCalls, savedMessages);
                }

                @Override
                public void restoreState(int schemaVersion, Document state) {
                    mergeRest(schemaVersion, state);
                }

                @Override
                public synchronized Document saveRest() {
                    return document(calls.get() - savedCalls, messages.get() - savedMessages);
                }

                @Override
                public void mergeRest(int schemaVersion, Document rest) {
                    calls.addAndGet(rest.get("calls").asLong(0));
                    messages.addAndGet(rest.get("messages").asLong(0));
                }

                private static Document document(long calls, long messages) {
                    return Document.object("calls", Document.of(calls)).with("messages", Document.of(messages));
                }
            }
            """;
}
