package org.sallyport.launcher.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code run} and {@code stdio}, and the configuration they stand for. */
public final class GatewayOptions {
    private static final String GATEWAY = "org.sallyport.gateway";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--home", paramLabel = "DIR", description = "Home folder (default: ${DEFAULT-VALUE}).")
    private Path home = Path.of("sallyport-home");

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file to use instead of conf/*.json.")
    private @Nullable Path config;

    @Option(names = "--port", paramLabel = "N", description = "Port of the MCP endpoint, on loopback (default: 8470).")
    private @Nullable Integer port;

    @Option(
            names = "--upstream",
            paramLabel = "[NAME=]URL",
            description = "MCP server to talk to, by Streamable HTTP. May be given several times.")
    private List<String> upstreams = new ArrayList<>();

    @Option(
            names = "--upstream-cmd",
            paramLabel = "[NAME=]CMD",
            description = "MCP server to start and talk to by stdio. May be given several times. No shell is involved:"
                    + " words are split at blanks, quotes keep them together.")
    private List<String> commands = new ArrayList<>();

    @Option(names = "--safe-mode", description = "Start no plugin; a policy that requires one then stops its messages.")
    private boolean safeMode;

    @Option(
            names = "--dev",
            description =
                    "For development: plugins signed by a key of the home folder are trusted, shared secrets too.")
    private boolean development;

    /** What to start. */
    Options toOptions(boolean http) {
        Options options = new Options();
        options.home = home;
        options.configFile = Optional.ofNullable(config);
        options.safeMode = safeMode;
        options.development = development;
        options.shipped = true;
        options.hosts = true;
        options.overrides = overrides(http).toJson();
        return options;
    }

    private Document overrides(boolean http) {
        Map<String, Document> entries = new LinkedHashMap<>();
        Document gateway = Document.EMPTY_OBJECT;
        if (port != null) {
            if (port < 0 || port > 65_535) {
                throw usage("--port takes a number from 0 to 65535, not [" + port + "]");
            }
            gateway = gateway.with("port", Document.of(port));
        }
        if (!http) {
            gateway = gateway.with("port", Document.of(-1));
        }
        if (gateway.size() > 0) {
            entries.put(GATEWAY, gateway);
        }
        for (String upstream : upstreams) {
            Named named = Named.parse(upstream);
            add(entries, named.name(), Document.object("url", Document.of(named.value())));
        }
        for (String command : commands) {
            Named named = Named.parse(command);
            List<Document> words =
                    ShellWords.split(named.value()).stream().map(Document::of).toList();
            if (words.isEmpty()) {
                throw usage("--upstream-cmd takes a command, not an empty text");
            }
            add(entries, named.name(), Document.object("command", Document.array(words)));
        }
        return Document.object(entries);
    }

    private void add(Map<String, Document> entries, String name, Document upstream) {
        if (entries.put(GATEWAY + ".upstream~" + name, upstream) != null) {
            throw usage("Two upstreams are called [" + name + "]; name them apart as NAME=… ");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), message);
    }

    /** A value with a name before it, or with the default name. */
    private record Named(String name, String value) {
        static Named parse(String text) {
            int equals = text.indexOf('=');
            boolean named = equals > 0 && text.substring(0, equals).matches("[a-z][a-z0-9_-]*");
            return named
                    ? new Named(text.substring(0, equals), text.substring(equals + 1))
                    : new Named("upstream", text);
        }
    }
}
