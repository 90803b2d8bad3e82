package org.sallyport.spi.registry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/**
 * All that the registry knows of one plugin.
 *
 * @param status what is wanted of it and what is
 * @param versions the versions whose bytes are here, newest first
 * @param history what happened to it, over restarts too, newest first, at most {@value #MAX_HISTORY} changes
 * @param statistics what was counted, over restarts too
 */
public record KnownPlugin(
        PluginStatus status, List<PluginVersion> versions, List<Change> history, Statistics statistics) {
    /** Most changes that are remembered of a plugin. */
    public static final int MAX_HISTORY = 20;

    public KnownPlugin {
        versions = List.copyOf(versions);
        history = List.copyOf(history);
    }

    /**
     * One step of a plugin's life.
     *
     * @param at when
     * @param version the version that was wanted or in service then
     * @param state what it came to
     * @param cause why, in one sentence; may be empty
     */
    public record Change(Instant at, String version, PluginState state, String cause) {}

    /**
     * What was counted.
     *
     * @param loads how often a version of it came into service
     * @param errors how often it was quarantined or blocked
     * @param downloads how often other bytes of it came in
     * @param lastUsed when it was last seen in service; empty if it never was
     */
    public record Statistics(long loads, long errors, long downloads, Optional<Instant> lastUsed) {
        /** Nothing happened yet. */
        public static final Statistics NONE = new Statistics(0, 0, 0, Optional.empty());
    }
}
