package org.sallyport.spi.plugin;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes what plugins bring into use: the policy chain, the hooks, commands, a host. Registered as a service; admission
 * calls it, one call at a time, on a thread of its own, first with the set that is in service.
 */
@ConsumerType
public interface PluginConsumer {
    /**
     * Replaces the set that is used by this one, in one step: a call that begins after this method returned runs on
     * {@code next}. Must not throw; a contribution that cannot be used is left out and reported by other means.
     *
     * @return completes when no call runs on an earlier set any more; admission stops the replaced versions then
     */
    CompletionStage<Void> switchTo(PluginSet next);
}
