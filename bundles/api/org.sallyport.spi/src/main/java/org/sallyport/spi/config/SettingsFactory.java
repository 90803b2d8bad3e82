package org.sallyport.spi.config;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;

/** Checks settings against a schema and makes the view that a plugin gets. Thread-safe. */
@ProviderType
public interface SettingsFactory {
    /**
     * What is wrong with a document by a schema.
     *
     * @param schema JSON Schema 2020-12, as text
     * @return one exception for each finding, with its path; an unknown name comes with the known one that is most like
     *     it; empty if nothing is wrong
     */
    List<SettingsException> check(String schema, Document settings);

    /** Settings that passed {@link #check}. */
    Settings settings(String instance, Scope scope, Document settings);
}
