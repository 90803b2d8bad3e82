package org.sallyport.spi.registry;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.sallyport.spi.plugin.PluginDescriptor;

/** What plugins are found by. Values are compared without regard to case and to blanks around them. */
public enum PluginAttribute {
    /** A plugin type that it has, such as {@code security}. */
    TYPE(PluginDescriptor::types),
    /** Something that it can do. */
    CAPABILITY(PluginDescriptor::capabilities),
    /** Who wrote it. */
    AUTHOR(descriptor -> List.of(descriptor.author())),
    /** A word to find it by. */
    KEYWORD(PluginDescriptor::keywords);

    private final Function<PluginDescriptor, Collection<String>> values;

    PluginAttribute(Function<PluginDescriptor, Collection<String>> values) {
        this.values = values;
    }

    /** The values that a version has, in the form in which they are compared; none if it does not say. */
    public Set<String> of(PluginVersion version) {
        Set<String> normal = new HashSet<>();
        version.descriptor().map(values).orElse(List.of()).forEach(value -> normal.add(normal(value)));
        normal.remove("");
        return normal;
    }

    /** The form in which values are compared. */
    static String normal(String value) {
        return value.strip().toLowerCase(Locale.ROOT);
    }
}
