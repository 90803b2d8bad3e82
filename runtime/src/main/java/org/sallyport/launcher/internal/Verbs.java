package org.sallyport.launcher.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.ArgumentParser;

/** Finds and runs verbs of administration. */
public final class Verbs {
    /** Declarative Services may still be busy when the framework has started. */
    private static final Duration WAIT = Duration.ofSeconds(20);

    private Verbs() {}

    /** Runs a verb; see {@link org.sallyport.launcher.Sallyport#run}. */
    public static Optional<Object> run(HostRuntime runtime, String scope, String name, String... arguments) {
        AdminVerb verb = find(runtime, scope, name);
        return Optional.ofNullable(verb.run(ArgumentParser.parse(
                scope + ":" + name, verb, List.of(arguments), Path.of("").toAbsolutePath())));
    }

    static AdminVerb find(HostRuntime runtime, String scope, String name) {
        long end = System.nanoTime() + WAIT.toNanos();
        while (true) {
            for (AdminVerb verb : runtime.services(AdminVerb.class)) {
                if (verb.scope().equals(scope) && verb.name().equals(name)) {
                    return verb;
                }
            }
            if (System.nanoTime() > end) {
                throw new PluginException(
                        "unknown_verb", "There is no verb [" + scope + ":" + name + "]; 'help' lists those there are");
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(
                        "interrupted", "Waiting for verb [" + scope + ":" + name + "] was interrupted");
            }
        }
    }
}
