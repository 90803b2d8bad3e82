package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.VersionRange;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.registry.PluginAttribute;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;

/** The model: answers by looking at everything, with the specification's own comparison of versions. */
final class LinearScan {
    private final Map<String, List<PluginVersion>> plugins = new HashMap<>();

    void tell(String id, List<PluginVersion> versions) {
        Map<Object, PluginVersion> first = new LinkedHashMap<>();
        versions.forEach(version -> first.putIfAbsent(version.version(), version));
        plugins.put(id, List.copyOf(first.values()));
    }

    void forget(String id) {
        plugins.remove(id);
    }

    Set<String> ids() {
        return plugins.keySet();
    }

    List<PluginVersion> versions(String id, VersionRange range) {
        return plugins.getOrDefault(id, List.of()).stream()
                .filter(version -> range.includes(version.version()))
                .sorted(Comparator.comparing(PluginVersion::version).reversed())
                .toList();
    }

    List<PluginVersion> search(PluginQuery query) {
        return plugins.values().stream()
                .flatMap(Collection::stream)
                .filter(version -> matches(query, version))
                .sorted(Comparator.comparing(PluginVersion::id)
                        .thenComparing(
                                Comparator.comparing(PluginVersion::version).reversed()))
                .toList();
    }

    private static boolean matches(PluginQuery query, PluginVersion version) {
        List<String> texts = new ArrayList<>(List.of(version.id()));
        version.descriptor()
                .ifPresent(said -> Stream.of(
                                List.of(said.name(), said.description(), said.author()),
                                said.keywords(),
                                said.capabilities(),
                                said.aliases())
                        .forEach(texts::addAll));
        return version.id().startsWith(query.prefix())
                && query.words().stream()
                        .allMatch(word ->
                                texts.stream().anyMatch(text -> lower(text).contains(word)))
                && query.attributes().entrySet().stream()
                        .allMatch(wanted -> version.descriptor()
                                .filter(said -> values(wanted.getKey(), said).contains(wanted.getValue()))
                                .isPresent());
    }

    private static Set<String> values(PluginAttribute attribute, PluginDescriptor said) {
        Set<String> values = new HashSet<>();
        Collection<String> raw = switch (attribute) {
            case TYPE -> said.types();
            case CAPABILITY -> said.capabilities();
            case AUTHOR -> Set.of(said.author());
            case KEYWORD -> said.keywords();
        };
        raw.forEach(value -> values.add(lower(value.strip())));
        values.remove("");
        return values;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    Map<String, PluginVersion> resolve(List<PluginRange> required) {
        Map<String, PluginVersion> chosen = new HashMap<>();
        for (String id : plugins.keySet()) {
            List<PluginRange> mine =
                    required.stream().filter(one -> one.id().equals(id)).toList();
            if (!mine.isEmpty()) {
                plugins.get(id).stream()
                        .filter(version ->
                                mine.stream().allMatch(one -> one.range().includes(version.version())))
                        .max(Comparator.comparing(PluginVersion::version))
                        .ifPresent(version -> chosen.put(id, version));
            }
        }
        return chosen;
    }
}
