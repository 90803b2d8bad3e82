package org.sallyport.gateway.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import org.sallyport.gateway.internal.http.HttpLimits;
import org.sallyport.gateway.internal.session.Naming;
import org.sallyport.gateway.internal.session.SessionContext;

/**
 * The gateway's settings, checked.
 *
 * @param port -1 if there is no HTTP
 * @param host a loopback address
 */
record GatewaySettings(int port, InetAddress host, Naming.Mode names, HttpLimits http, SessionContext.Limits session) {

    /** @throws IllegalArgumentException if a value is out of its bounds; the message names it */
    static GatewaySettings of(GatewayConfig config) {
        return new GatewaySettings(
                (int) within("port", config.port(), -1, 65_535),
                loopback(config.host()),
                names(config.names()),
                new HttpLimits(
                        within("max.body.bytes", config.max_body_bytes(), 1_024, 1L << 30),
                        within("max.bodies.bytes", config.max_bodies_bytes(), 1L << 20, 16L << 30),
                        (int) within("max.connections", config.max_connections(), 1, 100_000),
                        (int) within("max.streams", config.max_streams(), 1, 100_000),
                        (int) within("max.sessions", config.max_sessions(), 1, 100_000),
                        seconds("request.seconds", config.request_seconds(), 3_600),
                        seconds("keepalive.seconds", config.keepalive_seconds(), 86_400),
                        seconds("session.idle.seconds", config.session_idle_seconds(), 604_800),
                        (int) within("resume.events", config.resume_events(), 1, 100_000),
                        within("resume.bytes", config.resume_bytes(), 1_024, 1L << 30),
                        (int) within("unsent.events", config.unsent_events(), 1, 1_000_000),
                        within("unsent.bytes", config.unsent_bytes(), 1_024, 1L << 30),
                        seconds("resume.seconds", config.resume_seconds(), 86_400),
                        seconds("sse.heartbeat.seconds", config.sse_heartbeat_seconds(), 3_600),
                        millis("sse.after.millis", config.sse_after_millis(), 3_600_000),
                        millis("sse.retry.millis", config.sse_retry_millis(), 600_000)),
                new SessionContext.Limits(
                        (int) within("max.calls", config.max_calls(), 1, 100_000),
                        (int) within("max.waiting", config.max_waiting(), 16, 100_000),
                        seconds("call.seconds", config.call_seconds(), 604_800),
                        seconds("initialize.seconds", config.initialize_seconds(), 3_600),
                        millis("fanout.millis", config.fanout_millis(), 600_000)));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    private static Duration seconds(String key, long value, long most) {
        return Duration.ofSeconds(within(key, value, 1, most));
    }

    private static Duration millis(String key, long value, long most) {
        return Duration.ofMillis(within(key, value, 10, most));
    }

    private static long within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("The setting [" + key + "] is [" + value + "]; it has to be from ["
                    + least + "] to [" + most + "]");
        }
        return value;
    }

    private static Naming.Mode names(String value) {
        try {
            return Naming.Mode.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The setting [names] is [" + value + "]; it has to be [auto], [prefixed] or [plain]", e);
        }
    }

    /** Only names that mean this machine without asking anybody, so that no name server decides who may connect. */
    private static InetAddress loopback(String host) {
        try {
            InetAddress address = host.equals("localhost")
                    ? InetAddress.getByName("127.0.0.1")
                    : host.matches("[0-9a-fA-F.:\\[\\]]+") ? InetAddress.getByName(host) : null;
            if (address != null && address.isLoopbackAddress()) {
                return address;
            }
        } catch (UnknownHostException e) {
            // Refused below, like any other.
        }
        throw new IllegalArgumentException("The setting [host] is [" + host
                + "]; the gateway listens on loopback addresses only, such as [127.0.0.1] or [::1]");
    }
}
