package org.sallyport.admission.internal.archive;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Manifests of plugins, and archives around them. */
public final class Manifests {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private Manifests() {}

    /** The least that a plugin has to say. */
    public static Manifests plugin(String id) {
        return new Manifests()
                .header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", "test." + id)
                .header("Bundle-Version", "1.0.0")
                .capability(id, "name=Test;description=Tests");
    }

    /** What it provides. */
    Manifests capability(String id, String attributes) {
        return header("Provide-Capability", "org.sallyport.plugin;org.sallyport.plugin=\"" + id + "\";" + attributes);
    }

    public Manifests header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Manifests without(String name) {
        headers.remove(name);
        return this;
    }

    public Manifests entry(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** An entry of bytes, such as an archive. */
    Manifests entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    public byte[] build() {
        StringBuilder manifest = new StringBuilder("Manifest-Version: 1.0\n");
        headers.forEach((name, value) ->
                manifest.append(name).append(": ").append(value).append('\n'));
        RawZip zip = new RawZip().with(Archive.MANIFEST, manifest.append('\n').toString());
        entries.forEach((name, content) -> zip.with(name.getBytes(StandardCharsets.UTF_8), content, entry -> {}));
        return zip.build();
    }
}
