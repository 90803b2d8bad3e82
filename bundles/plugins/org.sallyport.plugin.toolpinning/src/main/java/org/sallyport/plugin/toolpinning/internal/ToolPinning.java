package org.sallyport.plugin.toolpinning.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.Handler;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/** Looks at lists of tools. It has to see them as servers send them, so it stands before whatever changes them. */
@SallyportPlugin(
        id = "tool-pinning",
        name = "Tool pinning",
        description = "Remembers what each server said of its tools and holds tools that it describes otherwise later",
        author = "Sallyport",
        keywords = {"tools", "pinning", "integrity", "rug pull"},
        aliases = "tool_pinning")
@Component(service = {SecurityPlugin.class, StatusText.class})
@Handler(handler = "tool-pinning")
public final class ToolPinning implements SecurityPlugin, StatusText {
    private final PinStore store;

    @Activate
    public ToolPinning(@Reference PinStore store) {
        this.store = store;
    }

    @Override
    public SecurityFilter configure(Settings settings) {
        return new ListedTools(PinSettings.of(settings.document()), store);
    }

    @Override
    public String statusText(Settings settings) {
        PinSettings wanted = PinSettings.of(settings.document());
        return (wanted.holds() ? "Holds" : "Reports") + " tools that change"
                + (wanted.trusts() ? "" : ", and new ones");
    }
}
