package org.sallyport.plugin.calltrace.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.type.middleware.Middleware;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Shows in the result of a tool call what was called, where, and how long it took. */
@SallyportPlugin(
        id = "call-trace",
        name = "Call trace",
        description = "Appends to the result of each tool call a text that says what was called, where and how long it"
                + " took",
        author = "Sallyport",
        keywords = {"trace", "diagnostics"},
        aliases = "call_trace")
// Late by default: the trace shall show what the others let through.
@Component(
        service = {MiddlewarePlugin.class, StatusText.class},
        property = "sallyport.priority:Integer=90")
public final class CallTrace implements MiddlewarePlugin, StatusText {
    private final PluginContext context;

    @Activate
    public CallTrace(@Reference PluginContext context) {
        this.context = context;
    }

    @Override
    public Middleware configure(Settings settings) {
        return new TracedCalls(TraceSettings.of(settings.document()), context.clock());
    }

    @Override
    public String statusText(Settings settings) {
        List<String> fields = TraceSettings.of(settings.document()).fields().stream()
                .map(field -> field.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
                .toList();
        String shown = fields.size() == TraceField.values().length ? "all fields" : String.join(", ", fields);
        return "Appends " + (fields.isEmpty() ? "a heading alone" : shown);
    }
}
