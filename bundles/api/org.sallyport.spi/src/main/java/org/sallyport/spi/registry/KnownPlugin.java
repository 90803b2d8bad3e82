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
 * @param past what happened to it, over restarts too
 */
public record KnownPlugin(PluginStatus status, List<PluginVersion> versions, Past past) {
    /** Most changes that are remembered of a plugin. */
    public static final int MAX_HISTORY = 20;

    public KnownPlugin {
        versions = List.copyOf(versions);
    }

    /** One of which the past is at hand; see {@link Past}. */
    public KnownPlugin(PluginStatus status, List<PluginVersion> versions, List<Change> history, Statistics statistics) {
        this(status, versions, new AtHand(List.copyOf(history), statistics));
    }

    /** What happened to it, over restarts too, newest first, at most {@value #MAX_HISTORY} changes. */
    public List<Change> history() {
        return past.history();
    }

    /** What was counted, over restarts too. */
    public Statistics statistics() {
        return past.statistics();
    }

    /** What happened to a plugin. It may be read from where it is kept when somebody asks. Thread-safe. */
    public interface Past {
        /** Newest first, at most {@value #MAX_HISTORY} changes. */
        List<Change> history();

        /** What was counted. */
        Statistics statistics();
    }

    private record AtHand(List<Change> history, Statistics statistics) implements Past {}

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
     * @param loads how often a version of it was started and came into service; one that sleeps was not started
     * @param errors how often it was quarantined or blocked
     * @param downloads how often other bytes of it came in
     * @param lastUsed when it was last seen in service and not asleep; empty if it never was
     */
    public record Statistics(long loads, long errors, long downloads, Optional<Instant> lastUsed) {
        /** Nothing happened yet. */
        public static final Statistics NONE = new Statistics(0, 0, 0, Optional.empty());
    }
}
