package org.sallyport.bnd;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("bnd's descriptor of a plugin")
class PluginDescriptorWriterTest {
    @Test
    @DisplayName("says what the manifest says, the same each time")
    void written() throws Exception {
        String capability =
                "org.sallyport.plugin;org.sallyport.plugin=hello;name=\"Hel\\\"lo\";eager:List<String>=\"a,b\"";
        String permissions = "org.sallyport.permission;effective:=grant;type=net;actions:List<String>=\"connect\","
                + "org.sallyport.permission;effective:=grant;type=file;actions:List<String>=\"read,write\"";

        String json = built(capability, permissions);

        assertThat(json).isEqualTo("""
                        {
                          "api": {},
                          "bundle": "com.acme.hello",
                          "eager": [
                            "a",
                            "b"
                          ],
                          "id": "hello",
                          "name": "Hel\\"lo",
                          "permissions": [
                            {
                              "actions": [
                                "connect"
                              ],
                              "type": "net"
                            },
                            {
                              "actions": [
                                "read",
                                "write"
                              ],
                              "type": "file"
                            }
                          ],
                          "schemas": [
                            "OSGI-INF/metatype/x.xml"
                          ],
                          "version": "1.2.3"
                        }
                        """);
        assertThat(built(capability, permissions)).isEqualTo(json);
    }

    @Test
    @DisplayName("is not written into a bundle that is no plugin")
    void noPlugin() throws Exception {
        assertThat(built("some.other;some.other=1", "")).isNull();
    }

    private static String built(String capability, String permissions) throws Exception {
        try (Builder builder = new Builder()) {
            Jar content = new Jar("content");
            content.putResource("OSGI-INF/metatype/x.xml", new EmbeddedResource("<x/>".getBytes(), 0L));
            builder.setJar(content);
            builder.setProperty("Bundle-SymbolicName", "com.acme.hello");
            builder.setProperty("Bundle-Version", "1.2.3");
            builder.setProperty("Provide-Capability", capability);
            builder.setProperty("Require-Capability", permissions);
            builder.setProperty("-plugin.sallyport", PluginDescriptorWriter.class.getName());
            Jar jar = builder.build();
            if (jar.getResource(PluginDescriptorWriter.PATH) == null) {
                return null;
            }
            try (InputStream in = jar.getResource(PluginDescriptorWriter.PATH).openInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }
}
