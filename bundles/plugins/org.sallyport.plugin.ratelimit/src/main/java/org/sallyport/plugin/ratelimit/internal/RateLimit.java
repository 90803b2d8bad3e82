package org.sallyport.plugin.ratelimit.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StateHandover;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/**
 * Blocks requests that come faster than they may. What was counted stays over a change of settings and goes along to the next
 * version; after a restart counting begins anew.
 */
@SallyportPlugin(
        id = "rate-limit",
        name = "Rate limit",
        description = "Blocks requests that come faster than they may, by who calls, which tool, and the like",
        author = "Sallyport",
        keywords = {"rate", "limit", "quota", "throttle"},
        aliases = "rate_limit",
        displayScope = DisplayScope.GLOBAL)
@Component(service = {SecurityPlugin.class, StatusText.class, StateHandover.class})
public final class RateLimit implements SecurityPlugin, StatusText, StateHandover {
    private static final int SCHEMA = 1;

    private final PluginContext context;

    /** By instance and scope; made by the first message. */
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();

    /** The plugin in its context. */
    @Activate
    public RateLimit(@Reference PluginContext context) {
        this.context = context;
    }

    @Override
    public SecurityFilter configure(Settings settings) {
        Limits limits = Limits.of(settings.document());
        String place = settings.instance() + "\n" + settings.scope().tenant() + "\n"
                + settings.scope().server();
        return new RateFilter(
                limits, context.clock(), () -> counts.computeIfAbsent(place, key -> new Counts(context.clock())));
    }

    @Override
    public String statusText(Settings settings) {
        Limits limits = Limits.of(settings.document());
        int number = limits.all().size();
        return (limits.blocks() ? "Holds " : "Watches ") + number + (number == 1 ? " limit" : " limits");
    }

    @Override
    public int schemaVersion() {
        return SCHEMA;
    }

    @Override
    public Document saveState() {
        Document state = Document.EMPTY_OBJECT;
        for (Map.Entry<String, Counts> entry : counts.entrySet()) {
            state = state.with(entry.getKey(), entry.getValue().save());
        }
        return state;
    }

    @Override
    public void restoreState(int schemaVersion, Document state) {
        if (schemaVersion != SCHEMA) {
            throw new PluginException(
                    "unknown_schema", "The state has the form [" + schemaVersion + "], known is [" + SCHEMA + "]");
        }
        merge(state);
    }

    /** Calls that the old version let through while it handed over count here, too. */
    @Override
    public Document saveRest() {
        return saveState();
    }

    @Override
    public void mergeRest(int schemaVersion, Document rest) {
        merge(rest);
    }

    private void merge(Document state) {
        for (String place : state.keys()) {
            counts.computeIfAbsent(place, key -> new Counts(context.clock()))
                    .merge(Optional.of(state.get(place))
                            .filter(Document::isObject)
                            .orElse(Document.EMPTY_OBJECT));
        }
    }
}
