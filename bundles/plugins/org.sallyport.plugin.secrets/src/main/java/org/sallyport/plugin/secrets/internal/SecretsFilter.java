package org.sallyport.plugin.secrets.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.plugin.scan.ContentFilter;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/** Finds keys and tokens in messages and removes them, stops the message, or reports. */
@Component(service = {SecurityPlugin.class, StatusText.class})
@SallyportPlugin(
        id = "secrets-filter",
        name = "Secrets filter",
        description = "Finds access keys, tokens and private keys in messages, and removes them, stops the message, or"
                + " reports.",
        author = "Sallyport",
        keywords = {"secrets", "tokens", "redaction"},
        capabilities = "security",
        aliases = "basic_secrets_filter")
public final class SecretsFilter implements SecurityPlugin, StatusText {
    @Override
    public SecurityFilter configure(Settings settings) {
        return new ContentFilter(SecretSettings.of(settings.document()).rules());
    }

    @Override
    public String statusText(Settings settings) {
        return SecretSettings.of(settings.document()).statusText();
    }
}
