package org.sallyport.config.internal;

import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.config.internal.settings.JsonSchemas;
import org.sallyport.spi.config.SettingsFactory;

/**
 * Offers {@link JsonSchemas} to the platform. A component of its own: those who check settings are asked by the
 * configuration, so they must not need it themselves.
 */
@Component
public final class SettingsComponent implements SettingsFactory {
    private static final Duration LONGEST_CHECK = Duration.ofSeconds(5);

    private final JsonSchemas schemas = new JsonSchemas(LONGEST_CHECK);

    @Override
    public List<SettingsException> check(String schema, Document settings) {
        return schemas.check(schema, settings);
    }

    @Override
    public Settings settings(String instance, Scope scope, Document settings) {
        return schemas.settings(instance, scope, settings);
    }
}
