package org.sallyport.gateway.internal.session;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.PolicyEngine;

/** An engine without a chain: whoever asks first whether it is empty asks for nothing else. */
final class Unpoliced implements PolicyEngine {
    @Override
    public boolean isEmpty(String server) {
        return true;
    }

    @Override
    public List<ChainEntry> chain(String server) {
        return List.of();
    }

    @Override
    public Exchange begin(Party party) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<CompletionStage<PolicyResult>> alone(
            Exchange exchange, String instance, Inbound message, Optional<Message> request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Trial trial(Collection<InstanceConfig> instances, Collection<StandIn> standIns) {
        throw new UnsupportedOperationException();
    }
}
