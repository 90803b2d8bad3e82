package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in, by the headers alone. A browser that was lured to a name which now means this machine (DNS rebinding)
 * still sends that name as Host, and a page's own address as Origin. Thread-safe.
 */
final class Door {
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern HOST = Pattern.compile("([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::\\d{1,5})?");
    private static final Pattern ORIGIN = Pattern.compile("https?://(.{1,300})");

    private final Set<String> hosts = new HashSet<>(HERE);

    /** The Host that came in last: mostly the next one is the same. */
    private volatile @Nullable String known;

    private final Set<String> origins = new HashSet<>();

    Door(HttpAccess access) {
        access.hosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
        access.origins().forEach(origin -> origins.add(origin.toLowerCase(Locale.ROOT)));
        access.publicUrl().ifPresent(url -> {
            hosts.add(url.getHost().toLowerCase(Locale.ROOT));
            origins.add(originOf(url));
        });
    }

    private static String originOf(URI url) {
        return (url.getScheme() + "://" + url.getRawAuthority()).toLowerCase(Locale.ROOT);
    }

    /** Whether exactly one Host and at most one Origin are there, and both name what may be named. */
    boolean isOpen(HttpHeaders headers) {
        List<String> named = headers.getAll(HttpHeaderNames.HOST);
        List<String> pages = headers.getAll(HttpHeaderNames.ORIGIN);
        return named.size() == 1
                && isKnown(named.get(0))
                && (pages.isEmpty()
                        || pages.size() == 1 && isOrigin(pages.get(0).toLowerCase(Locale.ROOT)));
    }

    private boolean isKnown(String host) {
        if (host.equals(known)) {
            return true;
        }
        boolean is = isHost(host.toLowerCase(Locale.ROOT), hosts);
        if (is) {
            known = host;
        }
        return is;
    }

    private static boolean isHost(String value, Set<String> known) {
        Matcher host = HOST.matcher(value);
        return host.matches() && known.contains(host.group(1));
    }

    private boolean isOrigin(String value) {
        Matcher origin = ORIGIN.matcher(value);
        return origins.contains(value) || origin.matches() && isHost(origin.group(1), HERE);
    }

    /** Whether the client takes that type; one that says nothing takes all. */
    static boolean accepts(HttpHeaders headers, String type) {
        List<String> values = headers.getAll(HttpHeaderNames.ACCEPT);
        if (values.isEmpty()) {
            return true;
        }
        String family = type.substring(0, type.indexOf('/')) + "/*";
        for (String value : values) {
            for (String range : value.split(",")) {
                String[] parts = range.split(";");
                String name = parts[0].trim().toLowerCase(Locale.ROOT);
                if ((name.equals(type) || name.equals(family) || name.equals("*/*")) && !isRefused(parts)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isRefused(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].trim().matches("q=0(?:\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }

    /** Whether the body says it is JSON in UTF-8. */
    static boolean bringsJson(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.CONTENT_TYPE);
        if (values.size() != 1) {
            return false;
        }
        String[] parts = values.get(0).toLowerCase(Locale.ROOT).split(";");
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].trim();
            if (part.startsWith("charset=") && !part.replace("\"", "").equals("charset=utf-8")) {
                return false;
            }
        }
        return parts[0].trim().equals("application/json");
    }
}
