package org.sallyport.api.action;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.document.Document;

/**
 * An operation that a plugin offers by name: to orchestrators, to {@code plugin:execute}, to REST, and, by a host that
 * is told so, as a tool of an in-process MCP server. Register one service for each action. Calls arrive on threads of
 * the platform, several at a time.
 */
@ConsumerType
public interface PluginAction {
    /** The name, unique in the plugin: 1 to 64 letters, digits, dashes or underscores. */
    String name();

    /** What it does, in one sentence. */
    String description();

    /** JSON Schema 2020-12 of the arguments, of type object. */
    Document parameters();

    /** For how long a result for the same arguments may be given again; zero, the default, for never. */
    default Duration cacheFor() {
        return Duration.ZERO;
    }

    /**
     * Runs the action.
     *
     * @param arguments an object that passed {@link #parameters()}
     * @return the result; {@code null} counts as a failure
     * @throws org.sallyport.api.plugin.PluginException if it could not be done; the caller sees code and message
     */
    Document run(Document arguments, ActionCall call);
}
