package org.sallyport.gateway.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.sallyport.gateway.internal.http.HttpAccess;
import org.sallyport.gateway.internal.http.HttpLimits;
import org.sallyport.gateway.internal.session.Naming;
import org.sallyport.gateway.internal.session.SessionContext;

/**
 * The gateway's settings, checked.
 *
 * @param port -1 if there is no HTTP
 * @param host a loopback address, unless tokens are required and TLS is on
 * @param access who may come in by HTTP
 * @param interceptors whether plugins can be called as interceptors
 */
record GatewaySettings(
        int port,
        InetAddress host,
        HttpAccess access,
        boolean interceptors,
        Naming.Mode names,
        HttpLimits http,
        SessionContext.Limits session) {
    private static final long LEAST_BODIES = 1L << 20;

    /** What a message takes of the heap at most, in multiples of its bytes, if it is no more than text. */
    private static final int HEAP_SHARE = 8;

    /**
     * Reads them.
     *
     * @param home the folder that paths of files are relative to
     * @throws IllegalArgumentException if a value is out of its bounds; the message names it
     */
    static GatewaySettings of(GatewayConfig config, Path home) {
        HttpAccess access = access(config, home);
        return new GatewaySettings(
                (int) within("port", config.port(), -1, 65_535),
                host(config.host(), access),
                access,
                config.interceptors(),
                names(config.names()),
                new HttpLimits(
                        within("max.body.bytes", config.max_body_bytes(), 1_024, 1L << 30),
                        bodies(config.max_bodies_bytes()),
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

    private static long bodies(long value) {
        return value == 0
                ? Math.max(LEAST_BODIES, Runtime.getRuntime().maxMemory() / HEAP_SHARE)
                : within("max.bodies.bytes", value, LEAST_BODIES, 16L << 30);
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

    private static HttpAccess access(GatewayConfig config, Path home) {
        if (!config.auth().equals("none") && !config.auth().equals("required")) {
            throw new IllegalArgumentException(
                    "The setting [auth] is [" + config.auth() + "]; it has to be [none] or [required]");
        }
        boolean certificate = !config.tls_certificate().isBlank();
        if (certificate == config.tls_key().isBlank()) {
            throw new IllegalArgumentException(
                    "The settings [tls.certificate] and [tls.key] need a file each, or none");
        }
        return new HttpAccess(
                config.auth().equals("required"),
                config.public_url().isBlank() ? Optional.empty() : Optional.of(publicUrl(config.public_url())),
                listed("hosts", config.hosts(), "[^\\s/@]{1,255}", "a name or an address, such as [mcp.example.org]"),
                listed("origins", config.origins(), "https?://[^\\s/@]{1,255}", "like [https://app.example.org]"),
                certificate
                        ? Optional.of(new HttpAccess.TlsFiles(
                                home.resolve(config.tls_certificate()), home.resolve(config.tls_key())))
                        : Optional.empty());
    }

    private static URI publicUrl(String text) {
        try {
            URI url = new URI(text);
            if (("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Refused below, like any other.
        }
        throw new IllegalArgumentException(
                "The setting [public.url] is [" + text + "]; it has to be like [https://mcp.example.org/mcp]");
    }

    private static Set<String> listed(String key, String[] values, String form, String like) {
        for (String value : values) {
            if (!value.matches(form)) {
                throw new IllegalArgumentException(
                        "The setting [" + key + "] has [" + value + "]; each has to be " + like);
            }
        }
        return new LinkedHashSet<>(List.of(values));
    }

    /** Only addresses, and names that mean this machine without asking anybody: no name server decides who may connect. */
    private static InetAddress host(String host, HttpAccess access) {
        try {
            InetAddress address = host.equals("localhost")
                    ? InetAddress.getByName("127.0.0.1")
                    : host.matches("[0-9a-fA-F.:\\[\\]]+") ? InetAddress.getByName(host) : null;
            boolean guarded = access.required() && access.tls().isPresent();
            if (address != null && (address.isLoopbackAddress() || guarded)) {
                return address;
            }
        } catch (UnknownHostException e) {
            // Refused below, like any other.
        }
        throw new IllegalArgumentException("The setting [host] is [" + host
                + "]; it has to be a loopback address, such as [127.0.0.1] or [::1], or any other address if [auth] is"
                + " [required] and [tls.certificate] and [tls.key] are set");
    }
}
