package org.sallyport.launcher.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.launcher.SallyportException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.ArgumentParser;
import org.sallyport.spi.admin.Judged;
import org.sallyport.spi.admin.Rendering;

/**
 * Runs one verb of administration and ends. Verbs of the scopes {@code plugin}, {@code key} and {@code permission} work on the home folder itself, which must
 * not be in use; all others on a copy of what is configured and installed there, so they change nothing and may run
 * beside a Sallyport that uses the folder.
 */
public final class VerbCommand {
    private static final Set<String> CHANGE_HOME = Set.of("plugin", "key", "permission");

    /** Verbs that neither need a plugin nor should run one. */
    private static final Set<String> WITHOUT_PLUGINS = Set.of("audit", "token");

    private static final Set<String> WITHOUT_REGISTRY = Set.of("sallyport", "config", "audit", "token");

    private VerbCommand() {}

    /** Runs {@code SCOPE VERB ARGUMENTS…}. */
    public static int execute(List<String> words) {
        List<String> rest = new ArrayList<>(words);
        boolean json = rest.remove("--json");
        boolean development = rest.remove("--dev");
        Path home = Path.of(option(rest, "--home").orElse("sallyport-home"));
        Optional<Path> config = option(rest, "--config").map(Path::of);
        if (rest.size() < 2 || rest.get(1).startsWith("-")) {
            System.err.println("[" + String.join(" ", words) + "] is no command; 'sallyport --help' lists them");
            return 2;
        }
        String scope = rest.remove(0);
        String verb = rest.remove(0);
        Logs.quiet();
        Options options = new Options();
        options.home = home;
        options.configFile = config;
        options.shipped = true;
        options.development = development;
        options.offline = !CHANGE_HOME.contains(scope);
        options.hosts = options.offline;
        if (WITHOUT_PLUGINS.contains(scope)) {
            options.shipped = false;
            options.hosts = false;
            options.policy = false;
            options.safeMode = true;
        }
        try (HostRuntime runtime = HostRuntime.start(options)) {
            String problem = runtime.registryProblem();
            if (!problem.isEmpty() && !WITHOUT_REGISTRY.contains(scope)) {
                System.err.println(problem);
                return 3;
            }
            return run(runtime, scope, verb, rest, json, System.out);
        } catch (SallyportException e) {
            System.err.println(e.getMessage());
            return 3;
        } catch (IOException e) {
            System.err.println("Sallyport was not started: " + e.getMessage());
            return 3;
        }
    }

    /** What a program gets of a failure. */
    record Failure(String code, String message) {}

    /** See {@link org.sallyport.launcher.Main}. */
    static int exitCode(String code) {
        return switch (code) {
            case ArgumentParser.USAGE, "unknown_verb", "invalid_recording", "invalid_policy" -> 2;
            case "not_found", "no_version" -> 4;
            case "refused", "not_asked", "not_granted", "invalid_archive", "duplicate", "in_use", "busy" -> 5;
            case "failed_start", "held" -> 6;
            default -> 1;
        };
    }

    private static int run(
            HostRuntime runtime, String scope, String name, List<String> words, boolean json, PrintStream out) {
        try {
            AdminVerb verb = Verbs.find(runtime, scope, name);
            String command = scope + " " + name;
            if (ArgumentParser.asksForHelp(words)) {
                out.println(ArgumentParser.help(command, verb));
                return 0;
            }
            Object result = verb.run(
                    ArgumentParser.parse(command, verb, words, Path.of("").toAbsolutePath()));
            if (result != null) {
                out.println(json ? Rendering.json(result) : Rendering.text(result));
            }
            return result instanceof Judged judged && !judged.isGood() ? 1 : 0;
        } catch (PluginException e) {
            System.err.println(json ? Rendering.json(new Failure(e.code(), e.getMessage())) : e.getMessage());
            return exitCode(e.code());
        } finally {
            out.flush();
        }
    }

    private static Optional<String> option(List<String> words, String name) {
        int at = words.indexOf(name);
        if (at < 0 || at + 1 == words.size()) {
            return Optional.empty();
        }
        words.remove(at);
        return Optional.of(words.remove(at));
    }
}
