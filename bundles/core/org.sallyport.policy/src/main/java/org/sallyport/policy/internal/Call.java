package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;

/** What one stage is asked. Stays true when the plugin keeps it: it holds the message as it was then. */
final class Call implements PolicyCall {
    private final Pass pass;
    private final Message message;
    private final Optional<Message> request;
    private final ExchangeImpl exchange;
    private final String instance;
    private final Scope scope;
    private final long deadline;
    private final boolean replayed;
    private volatile int ticket;

    Call(Pass pass, Stage stage, Seat seat) {
        this.pass = pass;
        this.message = pass.verdict().now() == pass.message().document()
                ? pass.message()
                : Envelope.with(pass.message(), pass.verdict().now());
        this.request = pass.request();
        this.exchange = pass.exchange();
        this.instance = stage.instance();
        this.scope = seat.scope();
        this.deadline = pass.deadline();
        this.replayed = pass.replayed();
    }

    void enteredAs(int entered) {
        ticket = entered;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public Optional<Message> request() {
        return request;
    }

    @Override
    public Exchange exchange() {
        return exchange.viewFor(instance);
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public Duration remaining() {
        long left = deadline - System.nanoTime();
        return left <= 0 || cancelled() ? Duration.ZERO : Duration.ofNanos(left);
    }

    @Override
    public boolean cancelled() {
        return !pass.isCurrent(ticket);
    }

    @Override
    public boolean replayed() {
        return replayed;
    }
}
