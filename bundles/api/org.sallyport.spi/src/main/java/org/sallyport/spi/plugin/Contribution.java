package org.sallyport.spi.plugin;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** One service that a plugin in service brings. */
@ProviderType
public interface Contribution<T> {
    /** The plugin. */
    PluginDescriptor plugin();

    /**
     * The name of the version that brings it: the plugin's id or, if it stands beside the main version, {@code ID@VERSION}.
     * Faults, counters and statistics go by this name, so that no version answers for another one.
     */
    default String pluginName() {
        return plugin().id().value();
    }

    /** The handler's id: the component property {@code sallyport.handler}, or the plugin's id. */
    String handler();

    /** The service's properties. Unmodifiable. */
    Map<String, Object> properties();

    /** One of them; null if there is none of that name. */
    default @Nullable Object property(String name) {
        return properties().get(name);
    }

    /**
     * Whether the plugin sleeps: then the service is a stand-in that starts it at its first call, no code of it runs before, and
     * there may be thousands of them of which nobody ever asks more than a property.
     */
    default boolean isAsleep() {
        return false;
    }

    /** The service. Calling it runs the plugin's code: hold no lock. */
    T service();

    /**
     * JSON Schema 2020-12 of the handler's settings: the one that the plugin ships as
     * {@code META-INF/sallyport/HANDLER.schema.json}, else the one derived from its {@code @ObjectClassDefinition},
     * else that of an object without members. As JSON text.
     */
    String settingsSchema();
}
