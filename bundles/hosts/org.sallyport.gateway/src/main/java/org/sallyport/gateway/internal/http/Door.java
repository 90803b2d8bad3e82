package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who may come in, by the headers alone. A browser that was lured to a name which now means this machine (DNS rebinding)
 * still sends that name as Host, and a page's own address as Origin.
 */
final class Door {
    private static final Pattern HOST = Pattern.compile("(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::\\d{1,5})?");
    private static final Pattern ORIGIN =
            Pattern.compile("https?://(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::\\d{1,5})?");

    private Door() {}

    /** Whether exactly one Host and at most one Origin are there, and both name this machine. */
    static boolean isOpen(HttpHeaders headers) {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        return hosts.size() == 1
                && HOST.matcher(hosts.get(0).toLowerCase(Locale.ROOT)).matches()
                && (origins.isEmpty()
                        || origins.size() == 1
                                && ORIGIN.matcher(origins.get(0).toLowerCase(Locale.ROOT))
                                        .matches());
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
