package org.sallyport.spi.config;

import java.lang.annotation.Annotation;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;

/** Settings as plugins see them. */
public record SettingsView(String instance, Scope scope, Document document) implements Settings {
    @Override
    public <A extends Annotation> A as(Class<A> definition) {
        return DefinitionView.of(definition, document);
    }
}
