package org.sallyport.spi.policy;

import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.plugin.VersionChoice;

/**
 * The configuration of one instance of a handler, as it stands in a file: key {@code handler} or {@code handler~name},
 * value an object with the handler's settings beside the platform's keys {@code enabled}, {@code critical},
 * {@code priority}, {@code version}, {@code shadow} and {@code servers}.
 *
 * @param instance {@code handler} or {@code handler~name}
 * @param global what holds for all servers; empty for a plugin that needs a server
 * @param servers what holds for one server, by its configured name; it replaces {@code global} there as a whole
 */
public record InstanceConfig(String instance, Optional<Placement> global, Map<String, Placement> servers) {
    public InstanceConfig {
        servers = Map.copyOf(servers);
    }

    /** The handler's id or alias: the instance up to the tilde. */
    public String handler() {
        int tilde = instance.indexOf('~');
        return tilde < 0 ? instance : instance.substring(0, tilde);
    }

    /**
     * How an instance stands in the chain of a scope.
     *
     * @param enabled whether it is there at all
     * @param critical whether its failure stops the message
     * @param priority 0 to 100, lower first; empty for what the handler asks for by its component property {@code
     *     sallyport.priority}, else 50; and required to be empty for a type without
     * @param version which version of the plugin; empty for the main one
     * @param shadow whether it sees each message that comes to its place, after that went on, and changes nothing
     * @param settings the handler's settings, an object
     */
    public record Placement(
            boolean enabled,
            boolean critical,
            Optional<Integer> priority,
            Optional<VersionChoice> version,
            boolean shadow,
            Document settings) {
        /** The priority where neither the configuration nor the handler says one. */
        public static final int DEFAULT_PRIORITY = 50;

        /** In the main version. */
        public Placement(boolean enabled, boolean critical, Optional<Integer> priority, Document settings) {
            this(enabled, critical, priority, Optional.empty(), false, settings);
        }

        /** The same with other settings of the handler. */
        public Placement with(Document others) {
            return new Placement(enabled, critical, priority, version, shadow, others);
        }
    }
}
