package org.sallyport.testkit;

import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.config.SettingsView;

/** Settings of an instance {@code tested}, as the runtime gives them after the schema was checked. */
public final class TestSettings {
    private TestSettings() {}

    /** Settings for no server in particular. */
    public static Settings of(Document document) {
        return new SettingsView("tested", Scope.GLOBAL, document);
    }

    /** The same, from JSON in single quotes. */
    public static Settings of(String json) {
        return of(TestJson.quoted(json));
    }
}
