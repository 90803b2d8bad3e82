package org.sallyport.api.action;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.plugin.Scope;

/** One call of an action, beside its arguments. */
@ProviderType
public interface ActionCall {
    /** For whom it runs. */
    Scope scope();

    /** Time left; zero when it is over. */
    Duration remaining();

    /** Whether nobody waits for the result any more. */
    boolean cancelled();
}
