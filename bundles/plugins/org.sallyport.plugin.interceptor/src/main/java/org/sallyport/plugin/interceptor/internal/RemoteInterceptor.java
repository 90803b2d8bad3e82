package org.sallyport.plugin.interceptor.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.RequiresPermission;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/** Asks the interceptors of an MCP server about each message. */
@SallyportPlugin(
        id = "remote-interceptor",
        name = "Remote interceptor",
        description = "Has the interceptors of an MCP server validate and change messages (SEP-2624)",
        author = "Sallyport",
        keywords = {"interceptor", "remote", "guardrail"},
        displayScope = DisplayScope.GLOBAL)
@RequiresPermission(
        type = "net",
        actions = {"connect", "resolve"},
        reason = "It sends messages to the interceptor server that is configured")
@Component(service = {SecurityPlugin.class, StatusText.class})
public final class RemoteInterceptor implements SecurityPlugin, StatusText {
    private final PluginContext context;

    /** The plugin in its context. */
    @Activate
    public RemoteInterceptor(@Reference PluginContext context) {
        this.context = context;
    }

    @Override
    public SecurityFilter configure(Settings settings) {
        RemoteSettings wanted = RemoteSettings.of(settings.document());
        return new InterceptorFilter(wanted, new InterceptorServer(wanted, context));
    }

    @Override
    public String statusText(Settings settings) {
        return "Asks " + settings.document().get("url").text("");
    }
}
