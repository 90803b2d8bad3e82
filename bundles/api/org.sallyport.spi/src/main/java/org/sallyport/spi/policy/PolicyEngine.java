package org.sallyport.spi.policy;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyReport;

/**
 * Passes messages through the policy chain. Thread-safe; no method waits for a plugin.
 *
 * <p>A pass runs on a thread of the engine and is decided at its deadline at the latest: late results are ignored.
 */
@ProviderType
public interface PolicyEngine {
    /** Time a pass has if nothing else was configured (PID {@code org.sallyport.policy}, {@code deadline.millis}). */
    Duration DEFAULT_DEADLINE = Duration.ofSeconds(2);

    /** Begins an exchange. */
    Exchange begin(Party party);

    /**
     * Passes one message through the chain that is in service now. The stage never fails: a failure is a
     * {@link PolicyResult} too.
     *
     * @param exchange made by {@link #begin}
     * @param message the message as it came
     * @param request for a response the request it answers, as it was sent; else empty
     */
    CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request);

    /**
     * Whether no plugin applies to messages of this server, so that a pass would change nothing and tell nobody. A host
     * may then forward bytes unseen.
     */
    boolean isEmpty(String server);

    /** The chain for a server (empty: for messages of no server in particular), in order, those left out included. */
    List<ChainEntry> chain(String server);

    /**
     * Passes a message through one member of the chain in service alone, as if the others were not there. No auditor hears of
     * it; statistics and breakers count it. Otherwise the same as {@link #pass}.
     *
     * @param instance a member that decides, or one that only sees messages
     * @return empty if there is none of that name in the chain of the exchange's server
     */
    Optional<CompletionStage<PolicyResult>> alone(
            Exchange exchange, String instance, Inbound message, Optional<Message> request);

    /**
     * A chain of its own, beside the one in service: over the same plugins, with this configuration and these stand-ins.
     * For trying out a policy and for tests of it. Close it after use.
     *
     * @param instances what is configured, as in a configuration file
     * @param standIns members that are no plugins
     * @throws org.sallyport.api.config.SettingsException if the configuration is refused; the path begins with the
     *     instance
     */
    Trial trial(Collection<InstanceConfig> instances, Collection<StandIn> standIns);

    /**
     * Who takes part in an exchange.
     *
     * @param server the upstream server's configured name; may be empty
     * @param session the client's session; may be empty
     * @param principal who calls; may be empty
     * @param tenant the tenant; may be empty
     * @param fromServer whether the server begins the exchange
     */
    record Party(String server, String session, String principal, String tenant, boolean fromServer) {}

    /**
     * A message that comes in.
     *
     * @param protocol such as {@code mcp}
     * @param kind such as {@code request}
     * @param method the method; for a response that of its request
     * @param document the whole message
     * @param bytes its size as it came, in bytes; the message text itself is kept by the host
     */
    record Inbound(String protocol, String kind, String method, Document document, long bytes) implements Message {}

    /** A chain beside the one in service. */
    @ProviderType
    interface Trial extends AutoCloseable {
        /** The same as {@link PolicyEngine#pass}. */
        CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request);

        /** The same as {@link PolicyEngine#chain}. */
        List<ChainEntry> chain(String server);

        /** Closes its members. */
        @Override
        void close();
    }

    /**
     * A chain member that is no plugin.
     *
     * @param type a plugin type's name
     * @param config its instance, place and servers; the settings are ignored
     * @param member what is called
     */
    record StandIn(String type, InstanceConfig config, PolicyType.Member member) {}

    /**
     * What came of a pass.
     *
     * @param report what all plugins decided
     * @param message what goes on: the request to forward, the response to give; for
     *     {@link org.sallyport.api.policy.Outcome#COMPLETED_BY_MIDDLEWARE} the answer, which then passes the response
     *     chain; empty if the message stops here
     * @param unchanged whether {@code message} is the one that came, so that its bytes can be forwarded
     * @param reason for the caller if the message stops: says which plugin stopped it and why, without its content
     * @param reasonCode for programs, such as {@code pii_detected}
     */
    record PolicyResult(
            PolicyReport report, Optional<Document> message, boolean unchanged, String reason, String reasonCode) {
        /** Whether the message goes on or is answered. */
        public boolean proceeds() {
            return message.isPresent();
        }
    }

    /**
     * One place of the chain, for people.
     *
     * @param place from 1; 0 if it is left out
     * @param instance the configured instance
     * @param type the plugin type; empty if the handler is missing
     * @param plugin the plugin's id; empty if the handler is missing
     * @param version the plugin's version; empty if the handler is missing
     * @param priority 0 to 100; -1 for a type that has none
     * @param critical whether its failure stops the message
     * @param state {@code ready}, {@code disabled}, {@code missing}, {@code refused} or {@code not joined}
     * @param why why it stands here or is left out, in one sentence
     * @param status what it does, in the plugin's words; may be empty
     */
    record ChainEntry(
            int place,
            String instance,
            String type,
            String plugin,
            String version,
            int priority,
            boolean critical,
            String state,
            String why,
            String status) {}
}
