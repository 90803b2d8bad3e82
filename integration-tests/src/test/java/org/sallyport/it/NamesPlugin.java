package org.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A plugin that says its id and version, for those who need many: built once, the others are made of its bytes. */
final class NamesPlugin {
    private static final String SAYS = "test/names/says.txt";
    private static final Map<String, byte[]> TEMPLATE = template();

    private NamesPlugin() {}

    /** @param id has no quotes in it */
    static byte[] of(String id, String version) {
        try {
            Map<String, byte[]> entries = JarBytes.headers(TEMPLATE, headers -> {
                headers.putValue("Bundle-SymbolicName", "test.names." + id);
                headers.putValue("Bundle-Version", version);
                headers.putValue(
                        "Provide-Capability",
                        headers.getValue("Provide-Capability").replace("template-id", id));
            });
            entries.put(SAYS, (id + " " + version).getBytes(StandardCharsets.UTF_8));
            return JarBytes.zip(entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> template() {
        try {
            return JarBytes.entries(PluginJar.of("test.names", "1.0.0")
                    .source("test.names.Names", """
                            package test.names;

                            import java.io.InputStream;
                            import java.nio.charset.StandardCharsets;
                            import java.util.List;
                            import org.osgi.service.component.annotations.Component;
                            import org.sallyport.api.hook.*;
                            import org.sallyport.api.plugin.SallyportPlugin;

                            @SallyportPlugin(id = "template-id", name = "Names", description = "Says who it is")
                            @HandlesHook(name = "names")
                            @Component
                            public class Names implements CollectHandler<String, String> {
                                private final String says;

                                public Names() throws Exception {
                                    try (InputStream in = Names.class.getResourceAsStream("says.txt")) {
                                        says = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                                    }
                                }

                                @Override
                                public List<String> collect(String asked, HookCall call) {
                                    return List.of(says);
                                }
                            }
                            """)
                    .resource(SAYS, new byte[0])
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
