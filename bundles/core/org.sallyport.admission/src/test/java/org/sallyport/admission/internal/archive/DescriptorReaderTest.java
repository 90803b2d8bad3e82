package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;

@DisplayName("A plugin's manifest")
class DescriptorReaderTest {
    private static final String ASKS = "org.sallyport.permission;effective:=grant;";

    @Test
    @DisplayName("says all that is known of it")
    void all() throws Exception {
        PluginDescriptor descriptor = read(Manifests.plugin("x")
                .header("Bundle-Version", "1.2.3.q")
                .header("Bundle-SymbolicName", "test.x;singleton:=true")
                .capability(
                        "acme.x",
                        "name=\"The X\";description=\"Does x; and"
                                + " y\";author=Ada;licence=MIT;homepage=\"https://x.example\";"
                                + "keywords:List<String>=\"a,b\";capabilities:List<String>=c;aliases:List<String>=\"old,older\";"
                                + "minHostVersion=\"1.0.0\";requiredFeatures:List<String>=f;displayScope=SERVER_SPECIFIC;"
                                + "compatibleServers:List<String>=\"s1,s2\";eager:Boolean=false;stage=DEPRECATED")
                .header(
                        "Require-Capability",
                        ASKS + "type=net;actions:List<String>=\"connect,listen\";scope=\"*:80\";"
                                + "reason=\"to call home\",osgi.ee;filter:=\"(osgi.ee=JavaSE)\""));

        assertThat(descriptor.id().value()).isEqualTo("acme.x");
        assertThat(descriptor.version()).isEqualTo(new Version("1.2.3.q"));
        assertThat(descriptor.symbolicName()).isEqualTo("test.x");
        assertThat(descriptor.name()).isEqualTo("The X");
        assertThat(descriptor.description()).isEqualTo("Does x; and y");
        assertThat(descriptor.author()).isEqualTo("Ada");
        assertThat(descriptor.licence()).isEqualTo("MIT");
        assertThat(descriptor.homepage()).isEqualTo("https://x.example");
        assertThat(descriptor.keywords()).containsExactly("a", "b");
        assertThat(descriptor.capabilities()).containsExactly("c");
        assertThat(descriptor.aliases()).containsExactly("old", "older");
        assertThat(descriptor.minHostVersion()).isEqualTo(new Version(1, 0, 0));
        assertThat(descriptor.requiredFeatures()).containsExactly("f");
        assertThat(descriptor.displayScope()).isEqualTo(DisplayScope.SERVER_SPECIFIC);
        assertThat(descriptor.compatibleServers()).containsExactly("s1", "s2");
        assertThat(descriptor.eager()).isFalse();
        assertThat(descriptor.stage()).isEqualTo(Stage.DEPRECATED);
        assertThat(descriptor.permissions())
                .containsExactly(new PermissionRequest("net", Set.of("connect", "listen"), "*:80", "to call home"));
    }

    @Test
    @DisplayName("that leaves out what may be left out means the defaults")
    void defaults() throws Exception {
        PluginDescriptor descriptor = read(Manifests.plugin("x").without("Bundle-Version"));

        assertThat(descriptor.version()).isEqualTo(Version.emptyVersion);
        assertThat(descriptor.author()).isEmpty();
        assertThat(descriptor.aliases()).isEmpty();
        assertThat(descriptor.minHostVersion()).isEqualTo(Version.emptyVersion);
        assertThat(descriptor.displayScope()).isEqualTo(DisplayScope.GLOBAL);
        assertThat(descriptor.stage()).isEqualTo(Stage.STABLE);
        assertThat(descriptor.eager()).isFalse();
        assertThat(descriptor.permissions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'><component/>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><component>&e;</component>",
                "<!DOCTYPE x [<!ENTITY % e SYSTEM 'http://127.0.0.1:9/'>%e;]><component/>",
                "<!DOCTYPE x><component/>",
                "<component>&e;</component>",
                "<?xml version='1.1'?><component/>",
                "<component>",
                ""
            })
    @DisplayName("may not have components described by what points elsewhere, or cannot be read")
    void components(String xml) {
        for (String header : new String[] {"OSGI-INF/x.xml", "/OSGI-INF/*.xml", "a.xml, OSGI-INF/*", "OSGI-INF/"}) {
            assertThat(refusal(Manifests.plugin("x")
                            .header("Service-Component", header)
                            .entry("OSGI-INF/x.xml", xml)))
                    .as(header)
                    .startsWith("its description of a component [OSGI-INF/x.xml] cannot be used: it ");
        }
        byte[] wide = xml.getBytes(java.nio.charset.StandardCharsets.UTF_16);
        assertThat(refusal(Manifests.plugin("x")
                        .header("Service-Component", "OSGI-INF/x.xml")
                        .entry("OSGI-INF/x.xml", wide)))
                .startsWith("its description of a component [OSGI-INF/x.xml] cannot be used: it ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"OSGI-INF/../x.xml", "a//x.xml", "./x.xml", "*/x.xml", "OSGI-INF/x.xml;a=b", "x\\*.xml", "a%2fx"
            })
    @DisplayName("names descriptions of components by plain paths")
    void places(String header) {
        assertThat(refusal(Manifests.plugin("x").header("Service-Component", header)))
                .startsWith("its [Service-Component] names [");
    }

    @Test
    @DisplayName("tells the plugin types by the contracts of its services")
    void types() throws Exception {
        PluginDescriptor descriptor = read(Manifests.plugin("x")
                .header(
                        "Provide-Capability",
                        "org.sallyport.plugin;org.sallyport.plugin=x;name=n;description=d,"
                                + "osgi.service;objectClass:List<String>=\"org.sallyport.type.security.SecurityPlugin,"
                                + "org.sallyport.api.plugin.StatusText,java.util.function.Supplier,Unpacked\","
                                + "osgi.service;objectClass:List<String>=\"com.acme.type.field.FieldPlugin\""));

        assertThat(descriptor.types()).containsExactly("security", "field");
    }

    @Nested
    @DisplayName("is refused if it")
    class Refused {
        @Test
        @DisplayName("offers contracts of more than 100 types")
        void tooManyTypes() throws Exception {
            assertThat(read(offering(100)).types()).hasSize(100);
            assertThat(refusal(offering(101))).isEqualTo("it offers contracts of more than [100] plugin types");
        }

        private Manifests offering(int types) {
            String contracts = IntStream.range(0, types)
                    .mapToObj(i -> "com.acme.t" + i + ".Contract")
                    .collect(Collectors.joining(","));
            return Manifests.plugin("x")
                    .header(
                            "Provide-Capability",
                            "org.sallyport.plugin;org.sallyport.plugin=x;name=n;description=d,"
                                    + "osgi.service;objectClass:List<String>=\"" + contracts + "\"");
        }

        @Test
        @DisplayName("is no bundle's, or no plugin's, or several plugins'")
        void noPlugin() {
            String noBundle =
                    "it is no bundle: its manifest has no Bundle-SymbolicName, or no Bundle-ManifestVersion of 2";

            assertThat(refusal(Manifests.plugin("x").without("Bundle-SymbolicName")))
                    .isEqualTo(noBundle);
            assertThat(refusal(Manifests.plugin("x").without("Bundle-ManifestVersion")))
                    .isEqualTo(noBundle);
            assertThat(refusal(Manifests.plugin("x").header("Bundle-ManifestVersion", "1")))
                    .isEqualTo(noBundle);
            assertThat(refusal(Manifests.plugin("x").without("Provide-Capability")))
                    .isEqualTo("it is a bundle but no plugin: its manifest does not provide the capability"
                            + " [org.sallyport.plugin]; annotate its package with @SallyportPlugin");
            assertThat(refusal(Manifests.plugin("x")
                            .without("Provide-Capability")
                            .header("Bundle-SymbolicName", "org.sallyport.type.security")))
                    .isEqualTo("it is [org.sallyport.type.security], a bundle of the platform itself and no plugin; the"
                            + " platform is updated by another sallyport.jar and a restart, a plugin type by that or"
                            + " by 'type:update FILE'");
            assertThat(refusal(Manifests.plugin("x")
                            .header("Provide-Capability", "org.sallyport.plugin;name=a,org.sallyport.plugin;name=b")))
                    .isEqualTo("it describes [2] plugins; a bundle is one");
        }

        @ParameterizedTest(name = "has the id [{0}]")
        @ValueSource(strings = {"", "X", "1x", "-x", "x..y", "x.", ".x", "x_y", "x y", "x/y", "../x", "é"})
        void id(String id) {
            assertThat(refusal(Manifests.plugin("x").capability(id, "name=n;description=d")))
                    .isEqualTo("its plugin id [" + id + "] is not valid: start with a lower-case letter, then use"
                            + " lower-case letters, digits, dashes and single dots");
        }

        @Test
        @DisplayName("has an id of more than 128 characters")
        void longId() throws Exception {
            String edge = "x".repeat(128);

            assertThat(read(Manifests.plugin("x").capability(edge, "name=n;description=d"))
                            .id()
                            .value())
                    .isEqualTo(edge);
            assertThat(refusal(Manifests.plugin("x").capability(edge + "x", "name=n;description=d")))
                    .startsWith("its plugin id [" + "x".repeat(80) + "…] is not valid");
        }

        @ParameterizedTest(name = "has a text [{0}] of less than {1} or more than {2} characters")
        @CsvSource({"name,1,80", "description,1,300", "author,0,300", "licence,0,300", "homepage,0,300"})
        void texts(String name, int least, int most) throws Exception {
            String sentence = "its [" + name + "] has [%d] characters; " + least + " to " + most
                    + " without control characters are allowed";

            read(with(name, "é".repeat(most)));
            assertThat(refusal(with(name, "é".repeat(most + 1)))).isEqualTo(sentence.formatted(most + 1));
            assertThat(refusal(with(name, "a\u0007b"))).isEqualTo(sentence.formatted(3));
            if (least > 0) {
                assertThat(refusal(with(name, ""))).isEqualTo(sentence.formatted(0));
            }
        }

        @ParameterizedTest(name = "has more than 100 words or too long ones in [{0}]")
        @ValueSource(strings = {"keywords", "capabilities", "aliases", "requiredFeatures", "compatibleServers"})
        void words(String name) throws Exception {
            String sentence =
                    "its [" + name + "] are too many or too long: at most [100] of [300] characters are allowed";

            read(with(name, some(100)));
            read(with(name, "x".repeat(300)));
            assertThat(refusal(with(name, some(101)))).isEqualTo(sentence);
            assertThat(refusal(with(name, "x".repeat(301)))).isEqualTo(sentence);
            assertThat(refusal(with(name, "a\u0007b"))).isEqualTo(sentence);
        }

        @Test
        @DisplayName("has a version that is none")
        void versions() {
            assertThat(refusal(Manifests.plugin("x").header("Bundle-Version", "one")))
                    .isEqualTo("its [Bundle-Version] [one] is no version such as 1.2.3");
            assertThat(refusal(Manifests.plugin("x").header("Bundle-Version", "1.0.0." + "q".repeat(95))))
                    .isEqualTo("its [Bundle-Version] is longer than 100 characters");
            assertThat(refusal(with("minHostVersion", "1.x")))
                    .isEqualTo("its [minHostVersion] [1.x] is no version such as 1.2.3");
        }

        @Test
        @DisplayName("has a symbolic name or display scope that is none")
        void names() {
            assertThat(refusal(Manifests.plugin("x").header("Bundle-SymbolicName", "a/b")))
                    .isEqualTo("its Bundle-SymbolicName [a/b] is not valid");
            assertThat(refusal(Manifests.plugin("x").header("Bundle-SymbolicName", "x".repeat(256))))
                    .endsWith("] is not valid");
            assertThat(refusal(Manifests.plugin("x").header("Bundle-SymbolicName", " ")))
                    .isEqualTo("its Bundle-SymbolicName [] is not valid");
            assertThat(refusal(with("displayScope", "everywhere")))
                    .isEqualTo("its displayScope [everywhere] is unknown; known are global, server_aware,"
                            + " server_specific");
            assertThat(refusal(with("stage", "alpha")))
                    .isEqualTo("its stage [alpha] is unknown; known are stable, beta, deprecated");
        }

        @Test
        @DisplayName("asks for a permission without effective:=grant, without type or actions, or for more than 100")
        void permissions() throws Exception {
            assertThat(refusal(requiring("org.sallyport.permission;type=net;actions=connect")))
                    .isEqualTo("it asks for a permission without [effective:=grant]");
            assertThat(refusal(requiring("org.sallyport.permission;effective:=resolve;type=net;actions=connect")))
                    .isEqualTo("it asks for a permission without [effective:=grant]");
            assertThat(refusal(requiring(ASKS + "actions=connect")))
                    .isEqualTo("its [type] has [0] characters; 1 to 80 without control characters are allowed");
            assertThat(refusal(requiring(ASKS + "type=net")))
                    .isEqualTo("its [actions] are missing: at most [100] of [300] characters are allowed");
            assertThat(read(requiring(many(100))).permissions()).hasSize(100);
            assertThat(refusal(requiring(many(101)))).isEqualTo("it asks for more than [100] permissions");
        }

        @Test
        @DisplayName("is a fragment, an agent, or imports whatever it likes")
        void headers() {
            assertThat(refusal(Manifests.plugin("x").header("fragment-host", "org.sallyport.admission")))
                    .isEqualTo("its manifest has [Fragment-Host]: a plugin cannot be a fragment of another bundle");
            assertThat(refusal(Manifests.plugin("x").header("DynamicImport-Package", "*")))
                    .isEqualTo("its manifest has [DynamicImport-Package]: a plugin says which packages it needs in"
                            + " Import-Package");
            assertThat(refusal(Manifests.plugin("x").header("Premain-Class", "x.Y")))
                    .isEqualTo("its manifest has [Premain-Class]: a plugin cannot be an agent");
            assertThat(refusal(Manifests.plugin("x").header("Launcher-Agent-Class", "x.Y")))
                    .isEqualTo("its manifest has [Launcher-Agent-Class]: a plugin cannot be an agent");
            assertThat(refusal(Manifests.plugin("x").header("Agent-Class", "x.Y")))
                    .isEqualTo("its manifest has [Agent-Class]: a plugin cannot be an agent");
            assertThat(refusal(Manifests.plugin("x").header("Bundle-NativeCode", "lib.so;osname=linux")))
                    .isEqualTo("its manifest has [Bundle-NativeCode]: a plugin cannot bring native code");
        }

        @ParameterizedTest(name = "imports [{0}]")
        @ValueSource(
                strings = {
                    "org.sallyport.spi",
                    "org.sallyport.spi.admission",
                    "org.acme.internal",
                    "internal.x",
                    "a.internal.b"
                })
        void imports(String name) {
            assertThat(refusal(Manifests.plugin("x").header("Import-Package", "a;" + name + ";resolution:=optional")))
                    .isEqualTo("it imports the package [" + name
                            + "], which is closed to plugins; they use org.sallyport.api and plugin types alone");
        }

        @ParameterizedTest(name = "imports [{0}] and cannot do without")
        @ValueSource(
                strings = {
                    "sun.misc",
                    "com.sun.net.httpserver",
                    "org.osgi.framework.hooks.service",
                    "org.osgi.framework.launch",
                    "org.osgi.framework.startlevel",
                    "org.osgi.service.cm",
                    "org.osgi.service.url",
                    "org.apache.felix.service.command"
                })
        void importsOfTheHost(String name) throws Exception {
            assertThat(refusal(Manifests.plugin("x").header("Import-Package", "a," + name)))
                    .isEqualTo("it imports the package [" + name
                            + "], which is closed to plugins; they use org.sallyport.api and plugin types alone");
            assertThat(Imports.isClosed(name)).isTrue();

            // Libraries that it embeds ask so for what they can do without: they get no wire.
            read(Manifests.plugin("x").header("Import-Package", "a," + name + ";resolution:=optional"));
        }

        @ParameterizedTest(name = "exports [{0}]")
        @ValueSource(
                strings = {
                    "org.sallyport.api",
                    "org.sallyport.api.plugin",
                    "org.sallyport.spi.admin",
                    "org.sallyport.type.security",
                    "org.sallyport",
                    "org.osgi.framework",
                    "org.slf4j",
                    "a.internal"
                })
        void exports(String name) {
            assertThat(refusal(Manifests.plugin("x").header("Export-Package", "a," + name + ";version=1.0")))
                    .isEqualTo("it exports the package [" + name + "], which is not a plugin's to give");
        }

        @ParameterizedTest(name = "but does not mind that it exports [{0}]")
        @ValueSource(strings = {"org.sallyport.plugin.mine", "org.sallyports", "com.org.osgi", "org.slf4john"})
        void exportsItsOwn(String name) throws ArchiveException {
            assertThat(read(Manifests.plugin("x").header("Export-Package", name + ";version=1.0")))
                    .isNotNull();
        }

        @ParameterizedTest(name = "requires the bundle [{0}]")
        @ValueSource(strings = {"system.bundle", "org.apache.felix.framework", "a;system.bundle"})
        void requires(String name) {
            assertThat(refusal(Manifests.plugin("x").header("Require-Bundle", "b," + name)))
                    .isEqualTo("it requires the bundle [" + name.substring(name.indexOf(';') + 1)
                            + "], which is closed to plugins; import single packages of org.sallyport.api");
        }

        @ParameterizedTest(name = "brings the class [{0}]")
        @ValueSource(
                strings = {
                    "java/lang/Evil.class",
                    "jdk/internal/X.class",
                    "sun/misc/Unsafe.class",
                    "org/osgi/framework/Bundle.class",
                    "org/sallyport/api/plugin/PluginContext.class",
                    "org/sallyport/type/security/SecurityPlugin.class",
                    "org/sallyport/X.class",
                    "META-INF/versions/11/java/lang/Evil.class",
                    "lib/java/lang/Evil.class",
                    "lib/META-INF/versions/11/jdk/X.class"
                })
        void reserved(String name) {
            assertThat(refusal(Manifests.plugin("x")
                            .header("Bundle-ClassPath", ".,/lib")
                            .entry(name, "")))
                    .isEqualTo("it brings the class [" + name
                            + "], whose package belongs to the platform; use a package of your own");
        }
    }

    @ParameterizedTest(name = "may bring [{0}]")
    @ValueSource(
            strings = {
                "org/sallyport/plugin/acme/X.class",
                "org/acme/java/X.class",
                "javax/inject/Inject.class",
                "java/notes.txt",
                "other/java/lang/X.class"
            })
    void open(String name) throws Exception {
        assertThat(read(Manifests.plugin("x").entry(name, "")).id().value()).isEqualTo("x");
    }

    @Test
    @DisplayName("may import its packages' neighbours, whose names only begin like closed ones")
    void neighbours() throws Exception {
        read(Manifests.plugin("x")
                .header("Import-Package", "org.sallyport.api.plugin,org.sallyport.spike,a.internals,org.slf4j")
                .header("Export-Package", "org.sallyports.api"));
    }

    @Nested
    @DisplayName("beside a plugin.json")
    class BesideJson {
        @Test
        @DisplayName("that says the same is taken; what it leaves out or says more is not compared")
        void same() throws Exception {
            Manifests plugin = with("keywords", "a,b")
                    .header("Require-Capability", ASKS + "type=net;actions:List<String>=\"a,b\"");

            read(plugin.entry(PluginJson.NAME, """
                {"id": "x", "version": "1", "name": "Test", "keywords": ["b", "a"], "displayScope": "global",
                 "eager": false, "homepage": "", "else": [1], "minHostVersion": "0.0",
                 "permissions": [{"type": "net", "actions": ["b", "a"]}]}\
                """));
        }

        @ParameterizedTest(name = "that says another [{0}] is refused")
        @CsvSource(
                delimiter = '|',
                value = {
                    "id|\"y\"|x",
                    "version|\"2.0.0\"|1.0.0",
                    "bundle|\"x\"|test.x",
                    "name|\"Other\"|Test",
                    "description|null|Tests",
                    "keywords|[\"a\"]|[]",
                    "aliases|\"a\"|[]",
                    "eager|\"false\"|false",
                    "displayScope|\"server_aware\"|GLOBAL",
                    "stage|\"beta\"|STABLE"
                })
        void differs(String name, String value, String meant) {
            String json = "{\"id\": \"x\", \"version\": \"1.0.0\", \"" + name + "\": " + value + "}";
            if (name.equals("id") || name.equals("version")) {
                json = "{\"id\": \"x\", \"version\": \"1.0.0\"}"
                        .replace(name.equals("id") ? "\"x\"" : "\"1.0.0\"", value);
            }

            assertThat(refusal(Manifests.plugin("x").entry(PluginJson.NAME, json)))
                    .isEqualTo("its [META-INF/sallyport/plugin.json] says another [" + name
                            + "] than its manifest, which says [" + meant + "]");
        }

        @Test
        @DisplayName("that asks for other permissions, leaves out id or version, or is no JSON is refused")
        void wrong() {
            String name = "its [META-INF/sallyport/plugin.json] ";
            Manifests plugin = Manifests.plugin("x");

            assertThat(refusal(plugin.entry(
                            PluginJson.NAME,
                            "{\"id\": \"x\", \"version\": \"1.0.0\", \"permissions\": [{\"type\": \"net\"}]}")))
                    .isEqualTo(name + "asks for other permissions than its manifest");
            assertThat(refusal(plugin.entry(PluginJson.NAME, "{\"id\": \"x\"}")))
                    .isEqualTo(name + "does not say id and version");
            assertThat(refusal(plugin.entry(PluginJson.NAME, "[]"))).isEqualTo(name + "does not say id and version");
            assertThat(refusal(plugin.entry(PluginJson.NAME, "{\n  \"id\": x}")))
                    .startsWith(name + "is not readable at line 2: ");
            assertThat(refusal(plugin.entry(PluginJson.NAME, "[".repeat(500_000))))
                    .startsWith(name + "is not readable at line 1: ");
        }
    }

    private static Manifests with(String attribute, String value) {
        StringBuilder attributes = new StringBuilder();
        if (!attribute.equals("name")) {
            attributes.append("name=Test;");
        }
        if (!attribute.equals("description")) {
            attributes.append("description=Tests;");
        }
        return Manifests.plugin("x").capability("x", attributes + attribute + "=\"" + value + "\"");
    }

    private static Manifests requiring(String capability) {
        return Manifests.plugin("x").header("Require-Capability", capability);
    }

    private static String many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ASKS + "type=net;actions=connect;scope=\"" + i + "\"")
                .collect(Collectors.joining(","));
    }

    private static String some(int count) {
        return IntStream.range(0, count).mapToObj(i -> "w" + i).collect(Collectors.joining(","));
    }

    private static PluginDescriptor read(Manifests manifest) throws ArchiveException {
        return DescriptorReader.read(ArchiveReader.read(manifest.build()));
    }

    private static String refusal(Manifests manifest) {
        ArchiveException refused = catchThrowableOfType(ArchiveException.class, () -> read(manifest));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.gate()).isEqualTo("manifest");
        return refused.getMessage();
    }
}
