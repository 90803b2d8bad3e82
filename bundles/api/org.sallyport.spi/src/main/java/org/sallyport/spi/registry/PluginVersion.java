package org.sallyport.spi.registry;

import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * One version of a plugin whose bytes are here.
 *
 * @param id the plugin's id
 * @param version the version
 * @param descriptor what it says of itself; empty if its archive was not read since the start
 * @param sha256 digest of its bytes, hexadecimal
 * @param origin where it came from, such as {@code shipped} or {@code deploy/x.jar}
 * @param stage how far it is, as an operator marked it, else as it says itself; stable if neither is known
 */
public record PluginVersion(
        String id, Version version, Optional<PluginDescriptor> descriptor, String sha256, String origin, Stage stage) {
    /** A stable one. */
    public PluginVersion(
            String id, Version version, Optional<PluginDescriptor> descriptor, String sha256, String origin) {
        this(id, version, descriptor, sha256, origin, Stage.STABLE);
    }
}
