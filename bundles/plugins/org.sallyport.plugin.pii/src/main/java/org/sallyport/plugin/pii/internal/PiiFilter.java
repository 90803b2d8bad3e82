package org.sallyport.plugin.pii.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.plugin.scan.ContentFilter;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/** Finds personal data in messages and removes it, stops the message, or reports. */
@Component(service = {SecurityPlugin.class, StatusText.class})
@SallyportPlugin(
        id = "pii-filter",
        name = "PII filter",
        description = "Finds e-mail addresses, phone and card numbers, IP addresses and national ids in messages, and"
                + " removes them, stops the message, or reports.",
        author = "Sallyport",
        keywords = {"pii", "privacy", "redaction"},
        capabilities = "security",
        aliases = "basic_pii_filter")
public final class PiiFilter implements SecurityPlugin, StatusText {
    @Override
    public SecurityFilter configure(Settings settings) {
        return new ContentFilter(PiiSettings.of(settings.document()).rules());
    }

    @Override
    public String statusText(Settings settings) {
        return PiiSettings.of(settings.document()).statusText();
    }
}
