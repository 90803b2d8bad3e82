package org.sallyport.admission.internal.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.RequiresPermission;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;

/** Makes a plugin's descriptor of its manifest, and refuses what no plugin may ask of the framework. */
public final class DescriptorReader {
    private static final String ABOUT_ITSELF = SallyportPlugin.class.getPackageName() + ".";
    /** What the symbolic names of the platform's bundles begin with. */
    private static final String PLATFORM = "org.sallyport.";

    private static final int MAX_NAME = 80;
    private static final int MAX_DESCRIPTION = 300;
    private static final int MAX_TEXT = 300;
    /** Most words of a list, and most permissions. */
    private static final int MAX_WORDS = 100;

    private final Map<String, String> headers;

    private DescriptorReader(Map<String, String> headers) {
        this.headers = headers;
    }

    /** The descriptor; {@code META-INF/sallyport/plugin.json}, if it is there, was compared with it. */
    public static PluginDescriptor read(Archive archive) throws ArchiveException {
        byte[] manifest = archive.content(Archive.MANIFEST, ArchiveReader.MAX_MANIFEST)
                .orElseThrow(() -> ArchiveException.archive("it has no manifest"));
        Map<String, String> headers = ManifestReader.read(manifest);
        PluginDescriptor descriptor = new DescriptorReader(headers).descriptor();
        ReservedPackages.check(archive, headers);
        NestedArchives.check(archive, headers);
        ComponentFiles.check(archive, headers);
        PluginJson.compare(archive, descriptor);
        return descriptor;
    }

    /** The id that an archive claims, as far as it can be read; whether it may have it, nobody looked. */
    public static Optional<String> claimed(Archive archive) {
        try {
            Optional<byte[]> manifest = archive.content(Archive.MANIFEST, ArchiveReader.MAX_MANIFEST);
            return manifest.isEmpty()
                    ? Optional.empty()
                    : new DescriptorReader(ManifestReader.read(manifest.get()))
                            .plugin()
                            .attribute(SallyportPlugin.NAMESPACE)
                            .filter(PluginId::isValid);
        } catch (ArchiveException e) {
            return Optional.empty();
        }
    }

    private PluginDescriptor descriptor() throws ArchiveException {
        if (!"2".equals(headers.getOrDefault("Bundle-ManifestVersion", "").trim())
                || !headers.containsKey("Bundle-SymbolicName")) {
            throw ArchiveException.manifest(
                    "it is no bundle: its manifest has no Bundle-SymbolicName," + " or no Bundle-ManifestVersion of 2");
        }
        Clause plugin = plugin();
        Imports.check(headers);
        String id = plugin.attribute(SallyportPlugin.NAMESPACE).orElse("");
        if (!PluginId.isValid(id)) {
            throw ArchiveException.manifest("its plugin id [" + cut(id) + "] is not valid: start with a lower-case"
                    + " letter, then use lower-case letters, digits, dashes and single dots");
        }
        return new ManifestDescriptor(
                new PluginId(id),
                version("Bundle-Version", headers.getOrDefault("Bundle-Version", "0.0.0")),
                symbolicName(),
                text(plugin, "name", 1, MAX_NAME),
                text(plugin, "description", 1, MAX_DESCRIPTION),
                text(plugin, "author", 0, MAX_TEXT),
                text(plugin, "licence", 0, MAX_TEXT),
                text(plugin, "homepage", 0, MAX_TEXT),
                words(plugin, "keywords", false),
                words(plugin, "capabilities", false),
                types(),
                words(plugin, "aliases", false),
                version("minHostVersion", plugin.attribute("minHostVersion").orElse("0.0.0")),
                words(plugin, "requiredFeatures", false),
                constant(plugin, "displayScope", DisplayScope.GLOBAL),
                words(plugin, "compatibleServers", false),
                Boolean.parseBoolean(plugin.attribute("eager").orElse("false").trim()),
                constant(plugin, "trustLevel", TrustLevel.INTERNAL),
                constant(plugin, "stage", Stage.STABLE),
                permissions(),
                Wires.read(headers));
    }

    private Clause plugin() throws ArchiveException {
        List<Clause> found = new ArrayList<>();
        for (Clause clause : clauses("Provide-Capability")) {
            if (clause.paths().contains(SallyportPlugin.NAMESPACE)) {
                found.add(clause);
            }
        }
        if (found.isEmpty() && symbolicName().startsWith(PLATFORM)) {
            throw ArchiveException.manifest(
                    "it is [" + symbolicName() + "], a bundle of the platform itself and no plugin;"
                            + " the platform is updated by another sallyport.jar and a restart, a plugin type by that or by"
                            + " 'type:update FILE'");
        } else if (found.isEmpty()) {
            throw ArchiveException.manifest(
                    "it is a bundle but no plugin: its manifest does not provide the capability ["
                            + SallyportPlugin.NAMESPACE + "]; annotate its package with @SallyportPlugin");
        } else if (found.size() > 1) {
            throw ArchiveException.manifest("it describes [" + found.size() + "] plugins; a bundle is one");
        }
        return found.get(0);
    }

    /**
     * The types by the contracts that the bundle says to offer as services: what the last package is called that a
     * contract lies in. What it offers to the platform about itself makes no type.
     */
    private Set<String> types() throws ArchiveException {
        Set<String> types = new LinkedHashSet<>();
        for (Clause clause : clauses("Provide-Capability")) {
            if (clause.paths().contains("osgi.service")) {
                for (String contract : clause.list("objectClass")) {
                    String[] names = contract.split("\\.");
                    if (names.length > 2 && !contract.startsWith("java.") && !contract.startsWith(ABOUT_ITSELF)) {
                        types.add(names[names.length - 2]);
                    }
                }
            }
        }
        if (types.size() > MAX_WORDS) {
            throw ArchiveException.manifest("it offers contracts of more than [" + MAX_WORDS + "] plugin types");
        }
        return Collections.unmodifiableSet(types);
    }

    private List<Clause> clauses(String header) throws ArchiveException {
        return Imports.clauses(headers, header);
    }

    private String symbolicName() throws ArchiveException {
        List<Clause> names = clauses("Bundle-SymbolicName");
        String name = names.isEmpty() ? "" : names.get(0).path();
        if (name.isEmpty()
                || name.length() > 255
                || !name.chars()
                        .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_'))) {
            throw ArchiveException.manifest("its Bundle-SymbolicName [" + cut(name) + "] is not valid");
        }
        return name;
    }

    static Version version(String what, String text) throws ArchiveException {
        try {
            if (text.length() <= 100) {
                return Version.parseVersion(text);
            }
        } catch (IllegalArgumentException e) {
            throw ArchiveException.manifest("its [" + what + "] [" + cut(text) + "] is no version such as 1.2.3");
        }
        throw ArchiveException.manifest("its [" + what + "] is longer than 100 characters");
    }

    private static String text(Clause clause, String name, int least, int most) throws ArchiveException {
        String text = clause.attribute(name).orElse("").trim();
        if (text.length() < least || text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
            throw ArchiveException.manifest("its [" + name + "] has [" + text.length() + "] characters; " + least
                    + " to " + most + " without control characters are allowed");
        }
        return text;
    }

    private static Set<String> words(Clause clause, String name, boolean needed) throws ArchiveException {
        Set<String> words = new LinkedHashSet<>(clause.list(name));
        if (words.size() > MAX_WORDS
                || needed && words.isEmpty()
                || words.stream()
                        .anyMatch(
                                word -> word.length() > MAX_TEXT || word.chars().anyMatch(Character::isISOControl))) {
            throw ArchiveException.manifest(
                    "its [" + name + "] are " + (words.isEmpty() ? "missing" : "too many or too long") + ": at most ["
                            + MAX_WORDS + "] of [" + MAX_TEXT + "] characters are allowed");
        }
        return Collections.unmodifiableSet(words);
    }

    private static <E extends Enum<E>> E constant(Clause plugin, String name, E normal) throws ArchiveException {
        String text = plugin.attribute(name).orElse(normal.name()).trim();
        try {
            return Enum.valueOf(normal.getDeclaringClass(), text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            List<String> known = Arrays.stream(normal.getDeclaringClass().getEnumConstants())
                    .map(one -> one.name().toLowerCase(Locale.ROOT))
                    .toList();
            throw ArchiveException.manifest(
                    "its " + name + " [" + cut(text) + "] is unknown; known are " + String.join(", ", known));
        }
    }

    private List<PermissionRequest> permissions() throws ArchiveException {
        List<PermissionRequest> permissions = new ArrayList<>();
        for (Clause clause : clauses("Require-Capability")) {
            if (!clause.paths().contains(RequiresPermission.NAMESPACE)) {
                continue;
            } else if (!"grant".equals(clause.directives().get("effective"))) {
                throw ArchiveException.manifest("it asks for a permission without [effective:=grant]");
            }
            permissions.add(new PermissionRequest(
                    text(clause, "type", 1, MAX_NAME),
                    words(clause, "actions", true),
                    text(clause, "scope", 0, 1_000),
                    text(clause, "reason", 0, MAX_TEXT)));
        }
        if (permissions.size() > MAX_WORDS) {
            throw ArchiveException.manifest("it asks for more than [" + MAX_WORDS + "] permissions");
        }
        return List.copyOf(permissions);
    }

    private static String cut(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
