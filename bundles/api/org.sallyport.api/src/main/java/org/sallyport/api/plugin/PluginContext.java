package org.sallyport.api.plugin;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.action.Commands;
import org.sallyport.api.event.Events;
import org.sallyport.api.hook.Hooks;
import org.slf4j.Logger;

/**
 * What the platform gives to one plugin: what was granted, and no more. A service of bundle scope; a component gets it
 * by {@code @Reference} or as an argument of its constructor. Everything obtained from it ends with the plugin: after
 * the plugin was stopped each method throws {@link PluginException} with the code {@code stopped}.
 *
 * <p>Of a plugin whose level is not {@link TrustLevel#INTERNAL}, what has no grant throws {@link PluginException} with the code
 * {@code permission_denied}, and what is done more often than it was granted {@code too_often}. It is asked at each act, so a permission
 * that is taken back counts at once, also for what was got before.
 *
 * <p>Thread-safe, like all that it returns.
 */
@ProviderType
public interface PluginContext {
    /** The plugin's id. */
    PluginId id();

    /** The running version, as an OSGi version. */
    String version();

    /**
     * A logger named after the plugin; plugin and request id are in its MDC. Everybody has 20 lines a second; what is beyond
     * is left out, but for plugins with {@code log.publish} or {@code log.publish:@RATE}.
     */
    Logger logger();

    /**
     * Key-value storage of this plugin for a scope; kept over restarts and updates. To read it needs
     * <code>file.read:${data}</code>, to change it <code>file.write:${data}</code>.
     */
    Storage storage(Scope scope);

    /**
     * The folder that belongs to this plugin alone, kept over restarts and updates. It exists. A relative path in a
     * plugin's settings is meant relative to it. Needs <code>file.read:${data}</code> or <code>file.write:${data}</code>.
     */
    Path dataFolder();

    /**
     * Publishing and subscribing by topic. Needs {@code event.publish:TOPIC}, the topic as it is given, and
     * {@code event.subscribe:PATTERN}.
     */
    Events events();

    /** Registering commands for operators. Needs {@code ui.command:NAME}. */
    Commands commands();

    /** Hooks of hosts and other plugins to call, and hooks of its own to declare. Needs {@code service.get:hook/NAME}. */
    Hooks hooks();

    /** The time; tests can set it. */
    Clock clock();

    /**
     * Threads for work beside the calls. Needs {@code thread.create:MAX}. Bounded: at most 4 threads a plugin. Work that still runs when the plugin is
     * stopped is interrupted.
     */
    ScheduledExecutorService executor();
}
