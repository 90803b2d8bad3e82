package org.sallyport.api.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;

/**
 * What all plugins decided of one message; what auditing plugins get. Immutable.
 *
 * <p>If a security plugin blocked or changed the message, nothing here holds what was removed: {@link #original()} is
 * empty, of a blocked message {@link #result()} is empty too, reasons are replaced by {@code [outcome]}, and only
 * hashes stand for content. What is left of the message is its envelope (version, id and method), of a tool's call the
 * tool's name if it has the form of plain words such as {@code read_file}, and of an error that it is one, with its code if
 * JSON-RPC reserves it.
 */
@ProviderType
public interface PolicyReport {
    /** What became of the message. */
    Outcome outcome();

    /** The message's kind, method and protocol; its {@link Message#document()} only holds the envelope if cleared. */
    Message message();

    /** The exchange it belongs to. */
    Exchange exchange();

    /** For a response: the request it answers, without content that was removed. */
    Optional<Message> request();

    /** What happened at each plugin, in order. */
    List<Stage> stages();

    /** The message as it came; empty if a security plugin blocked or changed it. */
    Optional<Document> original();

    /** The message as it went on; empty if it was blocked by a security plugin or stopped by an error. */
    Optional<Document> result();

    /** Whether a security plugin decided. */
    boolean securityEvaluated();

    /** Whether content was cleared because a security plugin blocked or changed the message. */
    boolean cleared();

    /** Whether the message that went on differs from the one that came. */
    boolean modified();

    /** The instance that stopped the message, by blocking it or by failing. */
    Optional<String> blockedAt();

    /** The instance that answered the message. */
    Optional<String> completedBy();

    /** All reasons, as {@code [instance] reason | [instance] reason}; empty if nobody gave one. */
    String reason();

    /** Size of the message as it came, in bytes of UTF-8. */
    long originalBytes();

    /** When the pass began. */
    Instant at();

    /** How long the pass took. */
    Duration took();

    /**
     * What happened at one plugin.
     *
     * @param instance the configured instance
     * @param type the plugin type, such as {@code security}
     * @param version the plugin's version, as an OSGi version
     * @param outcome {@link Outcome#ALLOWED}, {@code BLOCKED}, {@code MODIFIED}, {@code COMPLETED_BY_MIDDLEWARE} or
     *     {@code ERROR}
     * @param reason for people; may be empty
     * @param reasonCode for programs
     * @param metadata an object
     * @param contentHash SHA-256 in hexadecimal of the message after this stage, its first 16 digits
     * @param took how long it took
     * @param errorType class name of what it threw, or a code such as {@code timeout}; empty if it did not fail
     */
    record Stage(
            String instance,
            String type,
            String version,
            Outcome outcome,
            String reason,
            String reasonCode,
            Document metadata,
            String contentHash,
            Duration took,
            String errorType) {}
}
