package org.sallyport.it;

/** Plugins that the tests drop in, as source. */
public final class TestPlugins {
    private TestPlugins() {}

    /** A middleware that appends a mark to each tool result's first text. */
    public static byte[] marker(String id, String version, String mark) {
        return middleware(id, version, "", "return mark(call, \"" + mark + "\");")
                .build();
    }

    /** A plugin that only gives its package to others. */
    public static byte[] library(String id, String version) {
        return PluginJar.of("test." + id, version)
                .source("test." + id + ".Shared", """
                    package test.%s;

                    @org.sallyport.api.plugin.SallyportPlugin(id = "%s", name = "Test", description = "Dropped in by a test")
                    public class Shared {}
                    """.formatted(id, id))
                .header("Export-Package", "test." + id + ";version=" + version)
                .build();
    }

    /** A middleware that needs the package of such a plugin. */
    public static byte[] using(String id, String version, String library) {
        return middleware(id, version, "", "return PolicyDecision.pass();")
                .header("Import-Package", "test." + library + ",*")
                .build();
    }

    /** A middleware whose {@code process} and fields are given. */
    public static PluginJar middleware(String id, String version, String fields, String body) {
        String name = "test." + id.replace('-', '_');
        return PluginJar.of(name, version).source(name + ".Plugin", """
                package %s;

                import java.util.*;
                import org.osgi.service.component.annotations.*;
                import org.sallyport.api.config.Settings;
                import org.sallyport.api.document.Document;
                import org.sallyport.api.plugin.SallyportPlugin;
                import org.sallyport.api.policy.*;
                import org.sallyport.type.middleware.*;

                @SallyportPlugin(id = "%s", name = "Test %s", description = "Dropped in by a test")
                @Component
                public class Plugin implements MiddlewarePlugin {
                    %s

                    @Override
                    public Middleware configure(Settings settings) {
                        return this::process;
                    }

                    private PolicyDecision process(PolicyCall call) throws Exception {
                        %s
                    }

                    private static PolicyDecision mark(PolicyCall call, String mark) {
                        Document message = call.message().document();
                        if (!call.message().kind().equals(Message.RESPONSE)
                                || !call.message().method().equals("tools/call") || !message.has("result")) {
                            return PolicyDecision.pass();
                        }
                        Document result = message.get("result");
                        List<Document> content = new ArrayList<>(result.get("content").values());
                        content.set(0, content.get(0).with("text", Document.of(content.get(0).get("text").text("") + mark)));
                        return PolicyDecision.modify(
                                message.with("result", result.with("content", Document.array(content))), "marked", "marked");
                    }
                }
                """.formatted(name, id, id, fields, body));
    }
}
