package org.sallyport.spi.registry;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What to look for: all of it has to hold. Begin with {@link #ALL} and narrow it.
 *
 * @param attributes the value that each of these attributes has to have
 * @param prefix what the id has to begin with
 * @param words what has to occur in the id, name, description, author, keywords, capabilities or aliases
 */
public record PluginQuery(Map<PluginAttribute, String> attributes, String prefix, List<String> words) {
    /** Asks for everything. */
    public static final PluginQuery ALL = new PluginQuery(Map.of(), "", List.of());

    public PluginQuery {
        attributes = attributes.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> PluginAttribute.normal(entry.getValue())));
        words = words.stream()
                .map(PluginAttribute::normal)
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }

    /** Also with that value of an attribute. */
    public PluginQuery with(PluginAttribute attribute, String value) {
        Map<PluginAttribute, String> more = new EnumMap<>(PluginAttribute.class);
        more.putAll(attributes);
        more.put(attribute, value);
        return new PluginQuery(more, prefix, words);
    }

    /** Only ids that begin so. */
    public PluginQuery startingWith(String start) {
        return new PluginQuery(attributes, start, words);
    }

    /** Only those in whose texts each word of this one occurs, be it within another word; case does not count. */
    public PluginQuery containing(String text) {
        return new PluginQuery(attributes, prefix, Arrays.asList(text.split("\\s+")));
    }
}
