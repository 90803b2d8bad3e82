package org.sallyport.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.launcher.internal.HostRuntime;
import org.sallyport.launcher.internal.Options;
import org.sallyport.launcher.internal.Verbs;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.trust.Evidence;

/**
 * A running Sallyport inside an application.
 *
 * <pre>{@code
 * try (Sallyport sallyport = Sallyport.builder().home(Path.of("my-home")).start()) {
 *     FilterHook<String> greeting = sallyport.hooks("my-app").filter("my-app.greeting", String.class);
 *     sallyport.install(Path.of("polite-greeting.jar"));
 *     System.out.println(greeting.apply("Hello"));
 * }
 * }</pre>
 *
 * <p>It runs its own OSGi framework on the application's class path. Plugins see the API and what the builder was told to
 * show them, nothing else of the application. Thread-safe. One home folder serves one Sallyport at a time.
 */
public final class Sallyport implements AutoCloseable {
    /** Longest wait for a service of the platform at {@link #service(Class)}. */
    public static final Duration SERVICE_WAIT = Duration.ofSeconds(20);

    private final HostRuntime runtime;

    private Sallyport(HostRuntime runtime) {
        this.runtime = runtime;
    }

    /** What to start, and how. Nothing is touched before {@link Builder#start()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** The door for plugins: install, list, enable, disable, update, uninstall. */
    public PluginAdmin plugins() {
        return service(PluginAdmin.class);
    }

    /**
     * Installs a plugin's jar, with the signature that lies beside it as {@code x.jar.dsse.json} or {@code x.jar.asc}. Who is
     * trusted is said by {@code keys/trust.json} in the home folder; {@code run("key", "trust", …)} writes it.
     *
     * @return what came of it
     * @throws PluginException as {@link PluginAdmin#install}
     * @throws IOException if the jar, or what lies beside it, cannot be read
     */
    public PluginStatus install(Path jar) throws IOException {
        if (Files.size(jar) > PluginAdmin.MAX_ARCHIVE) {
            throw new PluginException(
                    "invalid_archive",
                    "Plugin file [" + jar + "] has more than [" + PluginAdmin.MAX_ARCHIVE + "] bytes");
        }
        byte[] archive = Files.readAllBytes(jar);
        service(Evidence.class).offerBeside(archive, jar);
        return plugins().install(archive, "app/" + jar.getFileName());
    }

    /** The policy chain, for an application that passes its own messages through it. */
    public PolicyEngine policy() {
        return service(PolicyEngine.class);
    }

    /**
     * Hooks that the application declares and calls.
     *
     * @param owner the application's name, shown to operators
     */
    public Hooks hooks(String owner) {
        return service(HookAdmin.class).hooksOf(owner);
    }

    /**
     * A service of the platform.
     *
     * @param type an interface of the API or the SPI, or of a host package that the builder shows
     * @throws SallyportException if there is none after {@link #SERVICE_WAIT}
     */
    public <T> T service(Class<T> type) {
        return runtime.service(type, SERVICE_WAIT);
    }

    /** A service of the platform that is there now. */
    public <T> Optional<T> serviceIfPresent(Class<T> type) {
        return runtime.serviceIfPresent(type);
    }

    /**
     * Runs a verb of administration, such as {@code run("plugin", "list")}; the same that shell and command line offer.
     *
     * @return what the verb returns: a record, a list of records, a string; empty for nothing
     * @throws PluginException if it could not be done
     */
    public Optional<Object> run(String scope, String verb, String... arguments) {
        return Verbs.run(runtime, scope, verb, arguments);
    }

    /** The home folder. */
    public Path home() {
        return runtime.home();
    }

    /** Waits until the platform ends, by {@link #close()} or from within. */
    public void awaitStop() throws InterruptedException {
        runtime.awaitStop();
    }

    /** Stops plugins, hosts and framework; waits at most 15 seconds for plugins that do not stop. Idempotent. */
    @Override
    public void close() {
        runtime.close();
    }

    /** Collects what to start. Not thread-safe. */
    public static final class Builder {
        private final Options options = new Options();

        private Builder() {}

        /** The home folder; made if it is not there. Default: {@code sallyport-home} in the current folder. */
        public Builder home(Path folder) {
            options.home = folder;
            return this;
        }

        /** A configuration file to use instead of {@code conf/*.json} in the home folder. */
        public Builder configFile(Path file) {
            options.configFile = Optional.of(file);
            return this;
        }

        /**
         * Configuration that takes precedence over all files, as JSON in the same form. Members of platform entries are
         * laid over those of the files one by one.
         */
        public Builder configuration(String json) {
            options.overrides = json;
            return this;
        }

        /** Whether the plugins that come with Sallyport are installed, and its default configuration holds. Default: not. */
        public Builder shipped(boolean shipped) {
            options.shipped = shipped;
            return this;
        }

        /** Whether the gateway and other hosts that come with Sallyport are started. Default: not. */
        public Builder hosts(boolean hosts) {
            options.hosts = hosts;
            return this;
        }

        /**
         * Whether there is a policy chain, with configuration files and the deploy folder. Default: there is. Without, the
         * rest is there: plugins, their storage, hooks, events, commands and actions; and it starts in less than half the
         * time. Hosts do not come without it.
         */
        public Builder policy(boolean policy) {
            options.policy = policy;
            return this;
        }

        /** A bundle of the platform to add, such as a plugin type of the application's own. */
        public Builder platformBundle(Path jar) {
            options.platformBundles.add(jar);
            return this;
        }

        /**
         * Shows a package of the application's class path to bundles. Nothing else of it is visible.
         *
         * @param version an OSGi version
         */
        public Builder hostPackage(String name, String version) {
            options.hostPackages.put(name, version);
            return this;
        }

        /** Gives a service of the application to bundles; its package has to be shown too. */
        public <T> Builder hostService(Class<T> type, T service) {
            options.hostServices.put(type, service);
            return this;
        }

        /** A framework property; for experts. The list of gates and who is trusted are not among them. */
        public Builder property(String key, String value) {
            options.properties.put(key, value);
            return this;
        }

        /**
         * For development: plugins are trusted that were signed by a key of the home folder, as {@code plugin:sign} makes one.
         */
        public Builder development(boolean development) {
            options.development = development;
            return this;
        }

        /** Starts no plugin but keeps all as they are wanted. */
        public Builder safeMode(boolean safeMode) {
            options.safeMode = safeMode;
            return this;
        }

        /**
         * Starts it. Returns when the platform is up and each plugin is in service or quarantined: a plugin, a bad file
         * or a bad configuration never makes this fail.
         *
         * @throws SallyportException if the home folder cannot be used, another process uses it, or the platform itself
         *     is broken
         */
        public Sallyport start() {
            try {
                return new Sallyport(HostRuntime.start(options.copy()));
            } catch (IOException e) {
                throw new SallyportException("Sallyport was not started: " + e.getMessage(), e);
            }
        }
    }
}
