package org.sallyport.plugin.toolpinning.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.Handler;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/**
 * Looks at calls of tools. It has to see them as the server will, so it stands behind whatever renames tools: at the other
 * end of the chain than {@link ToolPinning}, from which it has its settings.
 */
@Component(service = SecurityPlugin.class)
@Handler(handler = "tool-pinning-calls")
public final class PinnedCalls implements SecurityPlugin {
    private final PinStore store;

    @Activate
    public PinnedCalls(@Reference PinStore store) {
        this.store = store;
    }

    @Override
    public SecurityFilter configure(Settings settings) {
        return new CalledTools(store);
    }
}
