package org.sallyport.worker.internal.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The bundle that stands in the host for a plugin that runs elsewhere: its name, its version, what it provides, and no code.
 * It exports nothing, so nobody is wired to it, and imports the contracts of plugin types alone: by these wires it is known
 * which version of a type it uses, and it is replaced when that is.
 */
final class StandIn {
    private static final List<String> KEPT = List.of(
            "Bundle-ManifestVersion", "Bundle-SymbolicName", "Bundle-Version", "Bundle-Name", "Provide-Capability");

    private StandIn() {}

    /** Makes it of the plugin's archive. */
    static byte[] of(byte[] archive) {
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(archive), false)) {
            Manifest manifest = in.getManifest();
            if (manifest == null) {
                throw new IOException("it does not begin with its manifest");
            }
            Manifest own = new Manifest();
            own.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            for (String name : KEPT) {
                String value = manifest.getMainAttributes().getValue(name);
                if (value != null) {
                    own.getMainAttributes().putValue(name, value);
                }
            }
            String imports = types(manifest.getMainAttributes().getValue("Import-Package"));
            if (!imports.isEmpty()) {
                own.getMainAttributes().putValue("Import-Package", imports);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new JarOutputStream(bytes, own).close();
            return bytes.toByteArray();
        } catch (IOException e) {
            // The gate [archive] read it before.
            throw new IllegalArgumentException("the archive cannot be read: " + e.getMessage(), e);
        }
    }

    /** What a header imports of plugin types. */
    static String types(@Nullable String header) {
        List<String> kept = new ArrayList<>();
        for (String clause : WorkerJar.clauses(header == null ? "" : header)) {
            List<String> types = new ArrayList<>();
            String rest = clause;
            while (!rest.isEmpty()) {
                int end = rest.indexOf(';');
                String path = (end < 0 ? rest : rest.substring(0, end)).strip();
                if (path.indexOf('=') >= 0) {
                    break;
                } else if (path.startsWith(WorkerTypes.PREFIX)) {
                    types.add(path);
                }
                rest = end < 0 ? "" : rest.substring(end + 1);
            }
            if (!types.isEmpty()) {
                kept.add(String.join(";", types) + (rest.isEmpty() ? "" : ";" + rest));
            }
        }
        return String.join(",", kept);
    }
}
