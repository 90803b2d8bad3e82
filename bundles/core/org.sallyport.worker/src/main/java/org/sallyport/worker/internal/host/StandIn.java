package org.sallyport.worker.internal.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * The bundle that stands in the host for a plugin that runs elsewhere: its name, its version, what it provides, and no code.
 * It imports and exports nothing, so nobody is wired to it.
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
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new JarOutputStream(bytes, own).close();
            return bytes.toByteArray();
        } catch (IOException e) {
            // The gate [archive] read it before.
            throw new IllegalArgumentException("the archive cannot be read: " + e.getMessage(), e);
        }
    }
}
