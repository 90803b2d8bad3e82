package sallyport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Makes plugins as the harness makes those of its peers: one DS component each, from a compiled template. */
final class PluginJars {
    private PluginJars() {}

    /** A plugin that handles the hook, with the template {@link Tiny}. */
    static byte[] tiny(String id, String hook, boolean eager) {
        return jar(id, "1.0.0", hook, eager, List.of("Tiny"), "");
    }

    /** The plugin that is replaced under load. */
    static byte[] hot(String version, String hook) {
        return jar(
                "hot",
                version,
                hook,
                true,
                List.of("Hot", "Hot$H0", "Hot$H1", "Hot$H2", "Hot$H3"),
                " deactivate=\"deactivate\"");
    }

    private static byte[] jar(
            String id, String version, String hook, boolean eager, List<String> classes, String attributes) {
        String name = "sallyport.gp." + id;
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Import-Package", "lc.api,org.sallyport.api.hook;version=\"[1.0,2)\"");
        headers.putValue("Service-Component", "OSGI-INF/c.xml");
        headers.putValue(
                "Provide-Capability",
                "org.sallyport.plugin;org.sallyport.plugin=" + id + ";name=\"Plugin " + id
                        + "\";description=\"Counts that it was called\";eager=" + eager
                        + ",org.sallyport.hook;org.sallyport.hook=" + hook);
        String component = "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\"" + name + "\""
                + attributes + "><implementation class=\"" + name + "." + classes.get(0) + "\"/>"
                + "<service><provide interface=\"org.sallyport.api.hook.ActionHandler\"/></service>"
                + "<property name=\"sallyport.hook.name\" value=\"" + hook + "\"/></scr:component>";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (String one : classes) {
                put(jar, name.replace('.', '/') + "/" + one + ".class", renamed(one, name.replace('.', '/'), version));
            }
            put(jar, "OSGI-INF/c.xml", component.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new ZipEntry(name));
        jar.write(content);
        jar.closeEntry();
    }

    private static byte[] renamed(String template, String folder, String version) throws IOException {
        try (InputStream in = PluginJars.class.getResourceAsStream(template + ".class")) {
            ClassWriter writer = new ClassWriter(0);
            Remapper remapper = new Remapper() {
                @Override
                public String map(String internalName) {
                    return internalName.startsWith("sallyport/") ? folder + internalName.substring(9) : internalName;
                }

                @Override
                public Object mapValue(Object value) {
                    return "@VER@".equals(value) ? version : super.mapValue(value);
                }
            };
            new ClassReader(in).accept(new ClassRemapper(writer, remapper), 0);
            return writer.toByteArray();
        }
    }
}
