package org.sallyport.admission.internal.archive;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.policy.PolicyType;

/**
 * Makes a descriptor of the manifest of a plugin type's bundle: its symbolic name is its id, and it asks for no permission
 * as it is a part of the platform. What could not stand beside another version of itself is refused.
 */
public final class TypeReader {
    private static final List<String> NEVER =
            List.of("Fragment-Host", "Bundle-NativeCode", "Launcher-Agent-Class", "Premain-Class", "Agent-Class");

    private static final int MAX_NAME = 80;

    private final Map<String, String> headers;

    private TypeReader(Map<String, String> headers) {
        this.headers = headers;
    }

    /** Whether an archive says that it brings a plugin type; false if that cannot be read. */
    public static boolean claims(Archive archive) {
        try {
            return !new TypeReader(headers(archive))
                    .provided(PolicyType.NAMESPACE)
                    .isEmpty();
        } catch (ArchiveException e) {
            return false;
        }
    }

    /** The descriptor. */
    public static PluginDescriptor read(Archive archive) throws ArchiveException {
        Map<String, String> headers = headers(archive);
        PluginDescriptor descriptor = new TypeReader(headers).descriptor();
        NestedArchives.check(archive, headers);
        ComponentFiles.check(archive, headers);
        return descriptor;
    }

    private static Map<String, String> headers(Archive archive) throws ArchiveException {
        return ManifestReader.read(archive.content(Archive.MANIFEST, ArchiveReader.MAX_MANIFEST)
                .orElseThrow(() -> ArchiveException.archive("it has no manifest")));
    }

    private PluginDescriptor descriptor() throws ArchiveException {
        List<Clause> types = provided(PolicyType.NAMESPACE);
        if (types.size() != 1) {
            throw ArchiveException.manifest("it brings [" + types.size()
                    + "] plugin types: its manifest has to provide the capability [" + PolicyType.NAMESPACE + "] once");
        } else if (!provided(SallyportPlugin.NAMESPACE).isEmpty()) {
            throw ArchiveException.manifest("it brings a plugin type and is a plugin; a bundle is one of both");
        }
        for (String header : NEVER) {
            if (headers.containsKey(header)) {
                throw ArchiveException.manifest("a plugin type's bundle has no header [" + header
                        + "], as two versions of it stand beside each" + " other while one takes over");
            }
        }
        String type = types.get(0).attribute(PolicyType.NAMESPACE).orElse("");
        if (!PluginId.isValid(type) || type.length() > MAX_NAME) {
            throw ArchiveException.manifest("its plugin type has no valid name");
        }
        String name = symbolicName();
        Wires wires = Wires.read(headers);
        if (!wires.offers().contains(name)) {
            throw ArchiveException.manifest("it does not export the package [" + name
                    + "]: a plugin type's contract is called like its bundle");
        }
        for (String offered : wires.offers()) {
            if (Imports.isClosed(offered)) {
                throw ArchiveException.manifest("it exports [" + offered + "], which is closed to plugins");
            }
        }
        return new ManifestDescriptor(
                new PluginId(name),
                DescriptorReader.version("Bundle-Version", headers.getOrDefault("Bundle-Version", "0.0.0")),
                name,
                name,
                name,
                "",
                "",
                "",
                Set.of(),
                Set.of(),
                Set.of(type),
                Set.of(),
                Version.emptyVersion,
                Set.of(),
                DisplayScope.GLOBAL,
                Set.of(),
                true,
                TrustLevel.INTERNAL,
                Stage.STABLE,
                List.of(),
                wires);
    }

    private String symbolicName() throws ArchiveException {
        List<Clause> names = Imports.clauses(headers, "Bundle-SymbolicName");
        String name = names.isEmpty() ? "" : names.get(0).path();
        if (!"2".equals(headers.getOrDefault("Bundle-ManifestVersion", "").trim()) || !PluginId.isValid(name)) {
            throw ArchiveException.manifest(
                    "it is no bundle, or its Bundle-SymbolicName is not valid for a plugin type:"
                            + " lower-case letters, digits, dashes and single dots");
        } else if ("true".equals(names.get(0).directives().get("singleton"))) {
            throw ArchiveException.manifest("it is a singleton, so no other version could take over from it");
        }
        return name;
    }

    private List<Clause> provided(String namespace) throws ArchiveException {
        return Imports.clauses(headers, "Provide-Capability").stream()
                .filter(clause -> clause.paths().contains(namespace))
                .toList();
    }
}
