package org.sallyport.gateway.internal.interceptor;

import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.spi.policy.PolicyEngine;

/** An MCP server in this process whose interceptors are the members of the policy chain. Thread-safe. */
public final class InterceptorUpstream implements Upstream {
    private final Interceptors interceptors;
    private final String version;

    /** @param version what it says of itself */
    public InterceptorUpstream(PolicyEngine engine, String version) {
        this.interceptors = new Interceptors(engine);
        this.version = version;
    }

    @Override
    public String name() {
        return "interceptors";
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        return new InterceptorLink(interceptors, version, inbox);
    }

    @Override
    public void close() {}
}
