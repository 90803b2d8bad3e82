package org.sallyport.spi.plugin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.plugin.Stage;

/**
 * What is wanted of a plugin and what is.
 *
 * @param id the plugin's id, with {@code @VERSION} for a version that stands beside the main one; for a file that is no
 *     plugin the file's name
 * @param version the version in service, or the one that should be; empty if unknown
 * @param descriptor what it says of itself, if it could be read
 * @param desired {@code enabled}, {@code disabled} or {@code absent}
 * @param state what is
 * @param cause why it is not in service, in one sentence; empty if it is
 * @param next what to do about it, often a command; may be empty
 * @param since when it came into this state
 * @param sha256 digest of its bytes, hexadecimal; empty if unknown
 * @param origin where it came from, such as {@code shipped}, {@code deploy/x.jar} or {@code shell}
 * @param handlers the handlers it brings, as {@code type handler}
 * @param stage how far that version is, as an operator marked it, else as it says itself
 */
public record PluginStatus(
        String id,
        String version,
        Optional<PluginDescriptor> descriptor,
        String desired,
        PluginState state,
        String cause,
        String next,
        Instant since,
        String sha256,
        String origin,
        List<String> handlers,
        Stage stage) {
    public PluginStatus {
        handlers = List.copyOf(handlers);
    }

    /** Of a version that is stable. */
    public PluginStatus(
            String id,
            String version,
            Optional<PluginDescriptor> descriptor,
            String desired,
            PluginState state,
            String cause,
            String next,
            Instant since,
            String sha256,
            String origin,
            List<String> handlers) {
        this(id, version, descriptor, desired, state, cause, next, since, sha256, origin, handlers, Stage.STABLE);
    }
}
