package org.sallyport.gateway.internal.upstream;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.spi.json.JsonException;

/** What the tests of upstreams begin with. */
final class Given {
    private Given() {}

    /** A configuration with these values by method name; the rest has its default. */
    static UpstreamConfig config(Map<String, Object> values) {
        return (UpstreamConfig) Proxy.newProxyInstance(
                Given.class.getClassLoader(),
                new Class<?>[] {UpstreamConfig.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    static UpstreamSettings settings(Map<String, Object> values) {
        return UpstreamSettings.of("srv", config(values));
    }

    static Frame frame(String json) {
        try {
            return Frame.read(json.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    static Frame initialize(int id) {
        return frame("{'jsonrpc':'2.0','id':" + id + ",'method':'initialize','params':{'protocolVersion':'2025-11-25',"
                + "'capabilities':{'sampling':{},'elicitation':{}},'clientInfo':{'name':'test','version':'1'}}}");
    }

    static Frame initialized() {
        return frame("{'jsonrpc':'2.0','method':'notifications/initialized'}");
    }

    static Frame call(int id, String tool, String arguments) {
        return frame("{'jsonrpc':'2.0','id':" + id + ",'method':'tools/call','params':{'name':'" + tool
                + "','arguments':" + arguments + ",'_meta':{'progressToken':'p" + id + "'}}}");
    }
}
