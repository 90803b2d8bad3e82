package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.plugin.PluginDescriptor;

@DisplayName("The manifest of a plugin type's bundle")
class TypeReaderTest {
    private static final String TYPE = "org.sallyport.type;org.sallyport.type=field";

    private static Manifests type() {
        return Manifests.plugin("x")
                .header("Bundle-SymbolicName", "acme.type.field")
                .header("Bundle-Version", "1.2.3")
                .header("Provide-Capability", TYPE)
                .header("Export-Package", "acme.type.field;version=1.0.0")
                .header("Import-Package", "org.sallyport.spi.policy");
    }

    private static Archive archive(Manifests manifest) throws ArchiveException {
        return ArchiveReader.read(manifest.build());
    }

    @Test
    @DisplayName("makes it known by its symbolic name, asking for nothing, and may import what is closed to plugins")
    void read() throws Exception {
        Archive archive = archive(type());
        assertThat(TypeReader.claims(archive)).isTrue();
        PluginDescriptor descriptor = TypeReader.read(archive);
        assertThat(descriptor.id().value()).isEqualTo("acme.type.field");
        assertThat(descriptor.symbolicName()).isEqualTo("acme.type.field");
        assertThat(descriptor.version()).isEqualTo(new Version(1, 2, 3));
        assertThat(descriptor.types()).isEqualTo(Set.of("field"));
        assertThat(descriptor.permissions()).isEmpty();
        assertThat(descriptor.trustLevel()).isEqualTo(TrustLevel.INTERNAL);
    }

    @Test
    @DisplayName("is no plugin's, and no other archive's")
    void others() throws Exception {
        assertThat(TypeReader.claims(archive(Manifests.plugin("x")))).isFalse();
        assertThat(TypeReader.claims(archive(type().header("Provide-Capability", "a;a=\"b"))))
                .isFalse();
    }

    @ParameterizedTest(name = "[{0}: {1}]")
    @CsvSource(delimiter = '|', textBlock = """
            Provide-Capability | other | it brings [0] plugin types
            Provide-Capability | org.sallyport.type;org.sallyport.type=a,org.sallyport.type;org.sallyport.type=b | it brings [2] plugin types
            Provide-Capability | org.sallyport.type;org.sallyport.type=a,org.sallyport.plugin;org.sallyport.plugin=a | a bundle is one of both
            Provide-Capability | org.sallyport.type | no valid name
            Provide-Capability | org.sallyport.type;org.sallyport.type="A b" | no valid name
            Export-Package | acme.other | it does not export the package [acme.type.field]
            Export-Package | acme.type.field,acme.internal | it exports [acme.internal], which is closed to plugins
            Bundle-SymbolicName | acme.type.field;singleton:=true | it is a singleton
            Bundle-SymbolicName | Acme | its Bundle-SymbolicName is not valid
            Bundle-ManifestVersion | 1 | it is no bundle
            Bundle-Version | x | is no version
            Fragment-Host | acme | has no header [Fragment-Host]
            Bundle-NativeCode | a.so | has no header [Bundle-NativeCode]
            Launcher-Agent-Class | A | has no header [Launcher-Agent-Class]
            """)
    void refused(String header, String value, String why) throws Exception {
        Archive archive = archive(type().header(header, value));
        ArchiveException refused = catchThrowableOfType(ArchiveException.class, () -> TypeReader.read(archive));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.getMessage()).contains(why);
        assertThat(refused.gate()).isEqualTo("manifest");
    }
}
