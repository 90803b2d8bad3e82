package org.sallyport.plugin.toolmanager.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.type.middleware.Middleware;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Chooses which of a server's tools clients see, and under which names and descriptions. */
@SallyportPlugin(
        id = "tool-manager",
        name = "Tool manager",
        description = "Shows only the chosen tools of a server, under names and descriptions of your choice",
        author = "Sallyport",
        keywords = {"tools", "allowlist", "rename"},
        aliases = "tool_manager",
        displayScope = DisplayScope.SERVER_AWARE)
@Component(service = {MiddlewarePlugin.class, StatusText.class})
public final class ToolManager implements MiddlewarePlugin, StatusText {
    @Override
    public Middleware configure(Settings settings) {
        return new ToolView(ToolRules.of(settings.document()));
    }

    @Override
    public String statusText(Settings settings) {
        ToolRules rules = ToolRules.of(settings.document());
        if (rules.shown() == 0) {
            return "Hides all of the server's tools";
        }
        String tools = rules.shown() == 1 ? "1 of the server's tools" : rules.shown() + " of the server's tools";
        return "Shows " + tools + (rules.renamed() == 0 ? "" : ", " + rules.renamed() + " renamed");
    }
}
