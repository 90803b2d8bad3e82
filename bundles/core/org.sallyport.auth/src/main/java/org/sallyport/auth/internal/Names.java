package org.sallyport.auth.internal;

import java.util.Map;

/** Names of configurations of a factory. */
final class Names {
    private Names() {}

    /** What stands behind the factory's PID: {@code factory~name}. */
    static String of(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        return pid.substring(pid.indexOf('~') + 1);
    }
}
