package org.sallyport.worker.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A stand-in")
class StandInTest {
    @Test
    @DisplayName("has the name, the version and what the plugin provides, and no code, component or wire")
    void keeps() throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "x");
        main.putValue("Bundle-Version", "1.2.3");
        main.putValue("Provide-Capability", "org.sallyport.plugin;org.sallyport.plugin=\"" + "x".repeat(200) + "\"");
        for (String name : new String[] {
            "Import-Package",
            "Export-Package",
            "Require-Capability",
            "Require-Bundle",
            "Bundle-Activator",
            "Service-Component",
            "Bundle-ClassPath",
            "DynamicImport-Package"
        }) {
            main.putValue(name, "something");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            out.putNextEntry(new ZipEntry("x/X.class"));
            out.putNextEntry(new ZipEntry("OSGI-INF/x.xml"));
        }

        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(StandIn.of(bytes.toByteArray())))) {
            assertThat(in.getManifest().getMainAttributes().keySet().stream().map(Object::toString))
                    .containsExactlyInAnyOrder(
                            "Manifest-Version",
                            "Bundle-ManifestVersion",
                            "Bundle-SymbolicName",
                            "Bundle-Version",
                            "Provide-Capability");
            assertThat(in.getManifest().getMainAttributes().getValue("Provide-Capability"))
                    .isEqualTo(main.getValue("Provide-Capability"));
            assertThat(in.getNextEntry()).isNull();
        }
        assertThatThrownBy(() -> StandIn.of(new byte[10])).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "[{0}]: [{1}]")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            a,b;version="[1,2)" | ''
            org.sallyport.type.x;version="[1.0,2)",a | org.sallyport.type.x;version="[1.0,2)"
            a;org.sallyport.type.x;b;org.sallyport.type.y;version=1;resolution:=optional | org.sallyport.type.x;org.sallyport.type.y;version=1;resolution:=optional
            org.sallyport.typed | ''
            a;x="org.sallyport.type.x" | ''
            a;org.sallyport.type.x | org.sallyport.type.x
            """)
    @DisplayName("imports plugin types alone")
    void imports(String header, String kept) {
        assertThat(StandIn.types(header)).isEqualTo(kept);
        assertThat(StandIn.types(null)).isEmpty();
    }
}
