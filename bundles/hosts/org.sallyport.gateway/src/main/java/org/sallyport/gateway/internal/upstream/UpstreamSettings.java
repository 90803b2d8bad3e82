package org.sallyport.gateway.internal.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.gateway.internal.rpc.Era;

/**
 * The checked configuration of one upstream server.
 *
 * @param name 1 to {@value #MAX_NAME} characters, {@code ^[a-z][a-z0-9_-]*$}, without {@code __} and no {@code _} at its end
 * @param command program and arguments; empty unless it is a child process
 * @param env what the program's environment gets beside the safe minimum
 * @param cwd where the program runs
 * @param url where an HTTP server listens
 * @param headers what every HTTP request carries; names in lower case
 * @param plugin the plugin whose actions are the tools
 * @param shared whether all sessions use one link
 * @param era the only one that it speaks; empty to find out
 * @param restarts pauses between starts
 * @param spares processes that are kept ready
 * @param maxMessage longest message from the server in bytes
 * @param connectTimeout longest time to reach the server
 * @param requestTimeout longest silence while an answer is owed; zero for no limit
 * @param maxConnections most HTTP connections at a time
 */
record UpstreamSettings(
        String name,
        List<String> command,
        Map<String, String> env,
        Optional<Path> cwd,
        Optional<URI> url,
        Map<String, String> headers,
        Optional<String> plugin,
        boolean shared,
        Optional<Era> era,
        Upstream.BackOff restarts,
        Spare spares,
        int maxMessage,
        Duration connectTimeout,
        Duration requestTimeout,
        int maxConnections) {
    /**
     * Processes that are kept ready.
     *
     * @param most how many at a time; 0 for none
     * @param idle how long each of them waits
     */
    record Spare(int most, Duration idle) {}

    /** The factory PID. */
    static final String PID = "org.sallyport.gateway.upstream";

    /** Most characters of a server's name. */
    static final int MAX_NAME = 64;

    private static final int MAX_ARGUMENTS = 1_024;
    private static final int MAX_ENVIRONMENT = 256;
    private static final int MAX_HEADERS = 64;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

    /** Headers that the transport sets itself. */
    private static final List<String> OWN_HEADERS = List.of(
            "accept",
            "connection",
            "content-length",
            "content-type",
            "host",
            "last-event-id",
            "mcp-protocol-version",
            "mcp-session-id",
            "transfer-encoding");

    /**
     * Checks what is configured.
     *
     * @throws IllegalArgumentException that says which setting of which server is wrong and what would be right
     */
    static UpstreamSettings of(String name, UpstreamConfig config) {
        return new Checker(checkName(name)).check(config);
    }

    /**
     * The name in a factory instance's PID.
     *
     * @param servicePid such as {@code org.sallyport.gateway.upstream~files}
     */
    static String nameIn(String servicePid) {
        int tilde = servicePid.indexOf('~');
        return tilde < 0 ? "" : servicePid.substring(tilde + 1);
    }

    /** @throws IllegalArgumentException if this is no name of a server */
    static String checkName(String name) {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "Server name [" + name + "] is not valid: start with a lower-case letter,"
                            + " then use lower-case letters, digits, dashes and single underscores, at most " + MAX_NAME
                            + " characters");
        } else if (name.contains("__") || name.endsWith("_")) {
            // With a_ and a, nobody could say whose tool a___b is.
            throw new IllegalArgumentException("Server name [" + name
                    + "] is not valid: '__' is the namespace separator between a server's name and a tool's,"
                    + " so a name neither holds it nor ends in '_'");
        }
        return name;
    }

    private record Checker(String name) {
        UpstreamSettings check(UpstreamConfig config) {
            List<String> command = List.of(config.command());
            long ways = (command.isEmpty() ? 0 : 1)
                    + (config.url().isEmpty() ? 0 : 1)
                    + (config.plugin().isEmpty() ? 0 : 1);
            if (ways != 1) {
                throw wrong("exactly one of 'command', 'url' and 'plugin' has to be set, not " + ways + " of them");
            }
            if (command.size() > MAX_ARGUMENTS || command.stream().anyMatch(part -> part.indexOf('\0') >= 0)) {
                throw wrong("'command' has at most " + MAX_ARGUMENTS + " parts, none with a NUL character");
            }
            if (!command.isEmpty() && command.get(0).isBlank()) {
                throw wrong("the first part of 'command' is the program; it is blank");
            }
            if (!config.plugin().isEmpty() && !PluginId.isValid(config.plugin())) {
                throw wrong("'plugin' is the id of a plugin, not [" + config.plugin() + "]");
            }
            if (!List.of("session", "shared").contains(config.link())) {
                throw wrong("'link' is 'session' or 'shared', not [" + config.link() + "]");
            }
            Duration first = within("restart.first.millis", config.restart_first_millis(), 10, 60_000);
            Duration last = within("restart.last.millis", config.restart_last_millis(), first.toMillis(), 600_000);
            return new UpstreamSettings(
                    name,
                    command,
                    environment(config.env()),
                    config.cwd().isEmpty() ? Optional.empty() : Optional.of(Path.of(config.cwd())),
                    config.url().isEmpty() ? Optional.empty() : Optional.of(url(config.url())),
                    headers(config.headers()),
                    config.plugin().isEmpty() ? Optional.empty() : Optional.of(config.plugin()),
                    config.link().equals("shared"),
                    era(config),
                    new Upstream.BackOff(first, last),
                    new Spare(
                            (int) bounded("spare.processes", config.spare_processes(), 0, 16),
                            within("spare.idle.millis", config.spare_idle_millis(), 1_000, 3_600_000)),
                    (int) bounded("max.line.bytes", config.max_line_bytes(), 1_024, 1L << 30),
                    within("connect.timeout.millis", config.connect_timeout_millis(), 100, 600_000),
                    config.request_timeout_millis() == 0
                            ? Duration.ZERO
                            : within("request.timeout.millis", config.request_timeout_millis(), 100, 86_400_000),
                    (int) bounded("max.connections", config.max_connections(), 1, 65_536));
        }

        private Optional<Era> era(UpstreamConfig config) {
            if (!config.plugin().isEmpty()) {
                return Optional.of(Era.LEGACY);
            }
            return switch (config.era()) {
                case "auto" -> Optional.empty();
                case "legacy" -> Optional.of(Era.LEGACY);
                case "modern" -> Optional.of(Era.MODERN);
                default -> throw wrong("'era' is 'auto', 'legacy' or 'modern', not [" + config.era() + "]");
            };
        }

        private Map<String, String> environment(String[] lines) {
            if (lines.length > MAX_ENVIRONMENT) {
                throw wrong("'env' has at most " + MAX_ENVIRONMENT + " entries, not " + lines.length);
            }
            Map<String, String> environment = new LinkedHashMap<>();
            for (String line : lines) {
                int equals = line.indexOf('=');
                // The value may be a secret: it stands in no message.
                if (equals < 1 || line.indexOf('\0') >= 0) {
                    throw wrong("an entry of 'env' is not of the form NAME=VALUE");
                }
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
            return Map.copyOf(environment);
        }

        private Map<String, String> headers(String[] lines) {
            if (lines.length > MAX_HEADERS) {
                throw wrong("'headers' has at most " + MAX_HEADERS + " entries, not " + lines.length);
            }
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line : lines) {
                int colon = line.indexOf(':');
                String header =
                        colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                if (!TOKEN.matcher(header).matches()) {
                    throw wrong("an entry of 'headers' is not of the form 'Name: value'");
                }
                if (OWN_HEADERS.contains(header)) {
                    throw wrong("the header [" + header + "] is set by the transport and cannot be configured");
                }
                String value = line.substring(colon + 1).strip();
                if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c > '~')) {
                    throw wrong("the value of the header [" + header + "] has a character that is not printable ASCII");
                }
                headers.put(header, value);
            }
            return Map.copyOf(headers);
        }

        private URI url(String text) {
            try {
                URI url = new URI(text);
                boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
                if (web && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                    return url;
                }
            } catch (URISyntaxException e) {
                throw wrong("'url' is no URL: " + e.getReason() + " at character " + e.getIndex());
            }
            throw wrong("'url' is an http or https URL with a host, without user and fragment");
        }

        private Duration within(String key, long millis, long least, long most) {
            return Duration.ofMillis(bounded(key, millis, least, most));
        }

        private long bounded(String key, long value, long least, long most) {
            if (value < least || value > most) {
                throw wrong("'" + key + "' is " + least + " to " + most + ", not " + value);
            }
            return value;
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException("Server [" + name + "] is not configured right: " + what);
        }
    }
}
