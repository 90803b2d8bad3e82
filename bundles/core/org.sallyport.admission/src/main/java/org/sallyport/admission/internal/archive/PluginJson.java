package org.sallyport.admission.internal.archive;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * Compares {@code META-INF/sallyport/plugin.json}, the descriptor for tools that know no OSGi, with the manifest: what it
 * says must be the same. Members that it leaves out or that are not known here are not compared.
 */
final class PluginJson {
    static final String NAME = "META-INF/sallyport/plugin.json";
    private static final int MAX_SIZE = 1 << 20;

    private static final Map<String, Function<PluginDescriptor, Object>> MEMBERS = new LinkedHashMap<>();

    static {
        MEMBERS.put("id", descriptor -> descriptor.id().value());
        MEMBERS.put("version", descriptor -> descriptor.version().toString());
        MEMBERS.put("bundle", PluginDescriptor::symbolicName);
        MEMBERS.put("name", PluginDescriptor::name);
        MEMBERS.put("description", PluginDescriptor::description);
        MEMBERS.put("author", PluginDescriptor::author);
        MEMBERS.put("licence", PluginDescriptor::licence);
        MEMBERS.put("homepage", PluginDescriptor::homepage);
        MEMBERS.put("keywords", PluginDescriptor::keywords);
        MEMBERS.put("capabilities", PluginDescriptor::capabilities);
        MEMBERS.put("aliases", PluginDescriptor::aliases);
        MEMBERS.put("minHostVersion", descriptor -> descriptor.minHostVersion().toString());
        MEMBERS.put("requiredFeatures", PluginDescriptor::requiredFeatures);
        MEMBERS.put("displayScope", descriptor -> descriptor.displayScope().name());
        MEMBERS.put("compatibleServers", PluginDescriptor::compatibleServers);
        MEMBERS.put("eager", PluginDescriptor::eager);
        MEMBERS.put("trustLevel", descriptor -> descriptor.trustLevel().name());
        MEMBERS.put("stage", descriptor -> descriptor.stage().name());
    }

    private PluginJson() {}

    static void compare(Archive archive, PluginDescriptor descriptor) throws ArchiveException {
        byte[] text = archive.content(NAME, MAX_SIZE).orElse(null);
        if (text == null) {
            return;
        }
        Document json;
        try {
            json = Json.read(text);
        } catch (JsonException e) {
            throw ArchiveException.manifest(
                    "its [" + NAME + "] is not readable at line " + e.place().line() + ": " + e.getMessage());
        }
        if (!json.has("id") || !json.has("version")) {
            throw ArchiveException.manifest("its [" + NAME + "] does not say id and version");
        }
        for (Map.Entry<String, Function<PluginDescriptor, Object>> member : MEMBERS.entrySet()) {
            if (json.has(member.getKey())) {
                same(
                        member.getKey(),
                        json.get(member.getKey()),
                        member.getValue().apply(descriptor));
            }
        }
        if (json.has("permissions")) {
            permissions(json.get("permissions"), descriptor.permissions());
        }
    }

    private static void same(String name, Document said, Object meant) throws ArchiveException {
        boolean same;
        if (meant instanceof Set<?> words) {
            same = said.isArray() && words(said).equals(words);
        } else if (name.equals("version") || name.equals("minHostVersion")) {
            same = meant.equals(normalVersion(said.text("")));
        } else if (name.equals("displayScope") || name.equals("trustLevel") || name.equals("stage")) {
            same = said.text("").equalsIgnoreCase((String) meant);
        } else {
            same = Objects.equals(said.toJava(), meant);
        }
        if (!same) {
            throw ArchiveException.manifest(
                    "its [" + NAME + "] says another [" + name + "] than its manifest, which says [" + meant + "]");
        }
    }

    private static String normalVersion(String text) {
        try {
            return org.osgi.framework.Version.parseVersion(text).toString();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static Set<String> words(Document array) {
        Set<String> words = new LinkedHashSet<>();
        array.values().forEach(value -> words.add(value.text("")));
        return words;
    }

    private static void permissions(Document said, List<PluginDescriptor.PermissionRequest> meant)
            throws ArchiveException {
        Set<PluginDescriptor.PermissionRequest> read = new LinkedHashSet<>();
        said.values()
                .forEach(one -> read.add(new PluginDescriptor.PermissionRequest(
                        one.get("type").text(""),
                        words(one.get("actions")),
                        one.get("scope").text(""),
                        one.get("reason").text(""))));
        if (!read.equals(new LinkedHashSet<>(meant)) || said.size() != meant.size()) {
            throw ArchiveException.manifest("its [" + NAME + "] asks for other permissions than its manifest");
        }
    }
}
