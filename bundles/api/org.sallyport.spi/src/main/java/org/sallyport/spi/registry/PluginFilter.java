package org.sallyport.spi.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.Arguments;

/** The options by which verbs narrow down plugins, one for each attribute and {@code --prefix}. */
public final class PluginFilter {
    private static final String PREFIX = "prefix";

    private PluginFilter() {}

    /** The options. */
    public static List<Parameter> options() {
        List<Parameter> options = new ArrayList<>();
        for (PluginAttribute attribute : PluginAttribute.values()) {
            options.add(Parameter.option(name(attribute), Parameter.Kind.TEXT, "only with this " + name(attribute)));
        }
        options.add(Parameter.option(PREFIX, Parameter.Kind.TEXT, "only ids that begin so"));
        return List.copyOf(options);
    }

    /** What the options ask for; {@link PluginQuery#ALL} if none was given. */
    public static PluginQuery of(Arguments arguments) {
        PluginQuery query = PluginQuery.ALL.startingWith(arguments.text(PREFIX).orElse(""));
        for (PluginAttribute attribute : PluginAttribute.values()) {
            String value = arguments.text(name(attribute)).orElse("");
            query = value.isBlank() ? query : query.with(attribute, value);
        }
        return query;
    }

    private static String name(PluginAttribute attribute) {
        return attribute.name().toLowerCase(Locale.ROOT);
    }
}
