package org.sallyport.testkit;

import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;

/**
 * The same call for a message that was recorded.
 *
 * @param call what is asked
 */
public record TestReplay(PolicyCall call) implements PolicyCall {
    @Override
    public Message message() {
        return call.message();
    }

    @Override
    public Optional<Message> request() {
        return call.request();
    }

    @Override
    public Exchange exchange() {
        return call.exchange();
    }

    @Override
    public Scope scope() {
        return call.scope();
    }

    @Override
    public Duration remaining() {
        return call.remaining();
    }

    @Override
    public boolean cancelled() {
        return call.cancelled();
    }

    @Override
    public boolean replayed() {
        return true;
    }
}
