package org.sallyport.api.policy;

import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.plugin.Scope;

/** What a plugin is asked about: a message, in its exchange, with the time there is. Used by one thread at a time. */
@ProviderType
public interface PolicyCall {
    /** The message as it is at this place of the chain. */
    Message message();

    /** For a response: the request it answers, as it was sent to the upstream. */
    Optional<Message> request();

    /** What the message belongs to. */
    Exchange exchange();

    /** The scope that selected this instance's settings. */
    Scope scope();

    /** Time left until the outcome is decided without this plugin; zero when it is over. */
    Duration remaining();

    /** Whether nobody waits for the answer any more; long work should stop then. */
    boolean cancelled();

    /**
     * Whether this is a recorded message that passes again, to see what would be decided of it now. It is long past and
     * nobody gets the answer: decide as usual, but remember, count and send nothing that outlives the call.
     */
    default boolean replayed() {
        return false;
    }
}
