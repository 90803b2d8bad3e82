package org.sallyport.plugin.injection.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.plugin.scan.ContentFilter;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/** Finds text that tries to take over the model that reads it, and removes it, stops the message, or reports. */
@Component(service = {SecurityPlugin.class, StatusText.class})
@SallyportPlugin(
        id = "injection-defence",
        name = "Injection defence",
        description =
                "Finds text in messages that tries to take over the model that reads it, and removes it, stops the"
                        + " message, or reports.",
        author = "Sallyport",
        keywords = {"prompt injection", "jailbreak"},
        capabilities = "security",
        aliases = "basic_prompt_injection_defense")
public final class InjectionDefence implements SecurityPlugin, StatusText {
    @Override
    public SecurityFilter configure(Settings settings) {
        return new ContentFilter(InjectionSettings.of(settings.document()).rules());
    }

    @Override
    public String statusText(Settings settings) {
        return InjectionSettings.of(settings.document()).statusText();
    }
}
