package org.sallyport.plugin.scan;

import java.lang.annotation.Annotation;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;

/** Settings as a plugin gets them. */
public record FakeSettings(Document document) implements Settings {
    @Override
    public String instance() {
        return "test";
    }

    @Override
    public Scope scope() {
        throw new UnsupportedOperationException("content plugins do not look at the scope");
    }

    @Override
    public <A extends Annotation> A as(Class<A> definition) {
        throw new UnsupportedOperationException("content plugins read the document");
    }
}
