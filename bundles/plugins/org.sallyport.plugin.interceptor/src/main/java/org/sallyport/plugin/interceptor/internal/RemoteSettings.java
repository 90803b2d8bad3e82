package org.sallyport.plugin.interceptor.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;

/**
 * The settings, read. Immutable.
 *
 * @param url where the server listens
 * @param headers what each request carries besides what the protocol says
 * @param interceptors those that are asked; empty for all
 * @param timeout longest time for one message
 * @param maxBytes largest request and largest answer
 */
record RemoteSettings(URI url, Map<String, String> headers, Set<String> interceptors, Duration timeout, int maxBytes) {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]", Pattern.CASE_INSENSITIVE);
    private static final List<String> OWN =
            List.of("accept", "content-type", "mcp-method", "mcp-protocol-version", "mcp-session-id");

    RemoteSettings {
        headers = Map.copyOf(headers);
        interceptors = Set.copyOf(interceptors);
    }

    /** @throws SettingsException if the settings make no sense */
    static RemoteSettings of(Document settings) {
        return new RemoteSettings(
                url(settings.get("url").text("")),
                headers(settings.get("headers").values()),
                new LinkedHashSet<>(settings.get("interceptors").values().stream()
                        .map(name -> name.text(""))
                        .toList()),
                Duration.ofMillis(number(settings, "timeout_millis", 1_000, 10, 60_000)),
                (int) number(settings, "max_bytes", 1 << 20, 1_024, 64 << 20));
    }

    private static long number(Document settings, String key, long unsaid, long least, long most) {
        long value = settings.has(key) ? settings.get(key).asLong(-1) : unsaid;
        if (value < least || value > most) {
            throw new SettingsException("/" + key, "'" + key + "' must be from " + least + " to " + most);
        }
        return value;
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            boolean here =
                    url.getHost() != null && LOOPBACK.matcher(url.getHost()).matches();
            if (url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && (scheme.equals("https") || scheme.equals("http") && here)) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new SettingsException("/url", "'url' is no URL: " + e.getReason());
        }
        throw new SettingsException(
                "/url", "'url' must be https, or http on this machine, with a host and without user and fragment");
    }

    private static Map<String, String> headers(List<Document> lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).text("");
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            try {
                HttpRequest.newBuilder().header(name, value);
            } catch (IllegalArgumentException e) {
                // The value may be a secret: it stands in no message.
                throw new SettingsException("/headers/" + i, "This is not of the form 'Name: value', or not allowed");
            }
            if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
                throw new SettingsException("/headers/" + i, "The header [" + name + "] is set by the protocol");
            }
            headers.put(name, value);
        }
        return headers;
    }
}
