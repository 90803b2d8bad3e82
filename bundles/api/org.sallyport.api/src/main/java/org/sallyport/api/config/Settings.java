package org.sallyport.api.config;

import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;

/**
 * The settings of one instance of a handler in one scope, after they passed the plugin's schema. Immutable.
 */
@ProviderType
public interface Settings {
    /** Name of the instance: {@code handler} or {@code handler~name}. */
    String instance();

    /** The scope these settings hold for. */
    Scope scope();

    /** All settings as an object, without the platform's own keys (enabled, critical, priority, servers). */
    Document document();

    /**
     * The settings as a view of their definition.
     *
     * @param definition an annotation type with {@code @ObjectClassDefinition}, in the style of component property
     *     types (OSGi Compendium 8, section 112.8.2.1). A dot in a mapped name is a step into a nested object. What the
     *     settings do not say has the definition's default.
     */
    <A extends java.lang.annotation.Annotation> A as(Class<A> definition);
}
