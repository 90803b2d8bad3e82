package org.sallyport.registry.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginAttribute;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.registry.VersionKey;

/** A plugin in a snapshot. Immutable. */
final class Row {
    final String id;
    final KnownPlugin known;

    /** Newest first. */
    final PluginVersion[] versions;

    /** The number of each version. */
    final long[] keys;

    /** The texts to search, version by version; made when first asked for, perhaps by several at a time. */
    private volatile String @Nullable [] texts;

    /** What the versions can be found by, version by version; made like the texts. */
    private volatile @Nullable List<Map<PluginAttribute, Set<String>>> attributes;

    /** A plugin, with what was worked out about the same versions before. */
    Row(KnownPlugin known, @Nullable Row before) {
        this.id = known.status().id();
        this.known = known;
        // The registry keeps the list of before as long as it says the same.
        if (before != null && before.known.versions() == known.versions()) {
            versions = before.versions;
            keys = before.keys;
            texts = before.texts;
            attributes = before.attributes;
        } else {
            versions = known.versions().toArray(new PluginVersion[0]);
            keys = new long[versions.length];
            for (int at = 0; at < keys.length; at++) {
                keys[at] = VersionKey.of(versions[at].version());
            }
        }
    }

    /** Whether what an index knows of that row holds for this one too. */
    boolean hasVersionsOf(Row other) {
        return versions == other.versions;
    }

    /** The versions within a range, newest first. */
    List<PluginVersion> within(PluginRange wanted) {
        int from = first(wanted);
        int to = from;
        while (isWithin(to, wanted)) {
            to++;
        }
        return known.versions().subList(from, to);
    }

    /** Where the first version lies that is not above a range; their count if there is none. */
    private int first(PluginRange wanted) {
        int at = 0;
        while (at < keys.length && wanted.isExceededBy(keys[at], versions[at])) {
            at++;
        }
        return at;
    }

    /** Whether there is a version at a place and it is not below a range. */
    private boolean isWithin(int at, PluginRange wanted) {
        return at < keys.length && !wanted.isMissedBy(keys[at], versions[at]);
    }

    /** Adds the versions that a query asks for, newest first. */
    void search(PluginQuery query, Collection<PluginVersion> hits) {
        if (!id.startsWith(query.prefix())) {
            return;
        }
        if (query.words().isEmpty() && query.attributes().isEmpty()) {
            hits.addAll(known.versions());
            return;
        }
        for (int at = 0; at < versions.length; at++) {
            if ((query.words().isEmpty() || contains(texts()[at], query.words()))
                    && (query.attributes().isEmpty()
                            || has(query.attributes(), attributes().get(at)))) {
                hits.add(versions[at]);
            }
        }
    }

    private static boolean contains(String text, List<String> words) {
        for (String word : words) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }

    private static boolean has(Map<PluginAttribute, String> wanted, Map<PluginAttribute, Set<String>> said) {
        for (Map.Entry<PluginAttribute, String> one : wanted.entrySet()) {
            if (!said.get(one.getKey()).contains(one.getValue())) {
                return false;
            }
        }
        return true;
    }

    private List<Map<PluginAttribute, Set<String>>> attributes() {
        List<Map<PluginAttribute, Set<String>>> made = attributes;
        if (made == null) {
            made = Arrays.stream(versions).map(Row::attributes).toList();
            attributes = made;
        }
        return made;
    }

    private static Map<PluginAttribute, Set<String>> attributes(PluginVersion version) {
        Map<PluginAttribute, Set<String>> said = new EnumMap<>(PluginAttribute.class);
        for (PluginAttribute attribute : PluginAttribute.values()) {
            said.put(attribute, Set.copyOf(attribute.of(version)));
        }
        return said;
    }

    /** The texts that differ. */
    Set<String> distinctTexts() {
        return Set.of(Arrays.stream(texts()).distinct().toArray(String[]::new));
    }

    private String[] texts() {
        String[] made = texts;
        if (made == null) {
            made = Arrays.stream(versions).map(Row::text).toArray(String[]::new);
            for (int at = 1; at < made.length; at++) {
                // Versions mostly say the same: then it is kept once.
                made[at] = made[at].equals(made[at - 1]) ? made[at - 1] : made[at];
            }
            texts = made;
        }
        return made;
    }

    /** All of a version that can be searched, in lower case, a line each: a word has no line break. */
    private static String text(PluginVersion version) {
        Stream<String> more = version.descriptor().stream().flatMap(Row::texts);
        return Stream.concat(Stream.of(version.id()), more)
                .collect(Collectors.joining("\n"))
                .toLowerCase(Locale.ROOT);
    }

    private static Stream<String> texts(PluginDescriptor descriptor) {
        return Stream.of(
                        List.of(descriptor.name(), descriptor.description(), descriptor.author()),
                        descriptor.keywords(),
                        descriptor.capabilities(),
                        descriptor.aliases())
                .flatMap(Collection::stream);
    }
}
