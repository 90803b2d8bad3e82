package org.sallyport.gateway.internal.upstream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.gateway.internal.rpc.Era;

/** A plugin whose actions are tools of an MCP server in this process. Thread-safe. */
final class PluginUpstream implements Upstream {
    private final UpstreamSettings settings;
    private final PluginTools tools;
    private final Set<PluginLink> links = ConcurrentHashMap.newKeySet();
    private final Runnable changed = () -> links.forEach(PluginLink::toolsChanged);

    PluginUpstream(UpstreamSettings settings, PluginTools tools) {
        this.settings = settings;
        this.tools = tools;
        tools.listen(changed);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        PluginLink link = new PluginLink(settings, tools, inbox, links::remove);
        links.add(link);
        return link;
    }

    @Override
    public void close() {
        tools.unlisten(changed);
        links.forEach(PluginLink::close);
    }
}
