package org.sallyport.api.policy;

import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.document.Document;

/**
 * What one plugin said of one message. Made by the static factories, read by the accessors; immutable. Nothing in it is
 * {@code null}: the factories refuse that where the plugin made the mistake.
 *
 * <p>Which kinds a plugin may give depends on its type; another kind counts as a failure of the plugin. A reason is for
 * people, a reason code for programs. Neither may hold what the plugin removed or objected to.
 */
public abstract sealed class PolicyDecision {
    /** Longest reason in characters; a longer one is cut. */
    public static final int MAX_REASON = 500;

    /** The code of a decision that has nothing to report. */
    public static final String NO_REASON = "none";

    private static final PolicyDecision ALLOW = new Allow("", NO_REASON, Document.EMPTY_OBJECT);
    private static final PolicyDecision PASS = new Pass("", NO_REASON, Document.EMPTY_OBJECT);

    /** The kinds of decision. More may come: keep a branch for those you do not know. */
    public enum Kind {
        /** The message is allowed; for plugins that have to decide. */
        ALLOW,
        /** No opinion; for plugins that need not decide. */
        PASS,
        /** The message stops here. */
        BLOCK,
        /** The message goes on in another form. */
        MODIFY,
        /** The message is answered in place of the upstream. */
        COMPLETE
    }

    private final String reason;
    private final String reasonCode;
    private final Document metadata;

    private PolicyDecision(String reason, String reasonCode, Document metadata) {
        if (!metadata.isObject()) {
            throw new IllegalArgumentException(
                    "The metadata of a decision is an object, not [" + metadata.kind() + "]");
        }
        this.reason = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
        this.reasonCode = Objects.requireNonNull(reasonCode, "reasonCode");
        this.metadata = metadata;
    }

    /** The message is allowed, and there is nothing to say. */
    public static PolicyDecision allow() {
        return ALLOW;
    }

    /** The message is allowed, with something to report (for example what was found and let through). */
    public static PolicyDecision allow(String reason, String reasonCode) {
        return new Allow(reason, reasonCode, Document.EMPTY_OBJECT);
    }

    /** No opinion. */
    public static PolicyDecision pass() {
        return PASS;
    }

    /** The message stops here. */
    public static PolicyDecision block(String reason, String reasonCode) {
        return new Block(reason, reasonCode, Document.EMPTY_OBJECT);
    }

    /**
     * The message goes on as {@code message}.
     *
     * @param message the whole message; its {@code id} and {@code method} must be those it had
     */
    public static PolicyDecision modify(Document message, String reason, String reasonCode) {
        return new Modify(message, reason, reasonCode, Document.EMPTY_OBJECT);
    }

    /**
     * A request is answered with {@code message} and does not reach the upstream.
     *
     * @param message the whole answer; the platform sets its {@code id}
     */
    public static PolicyDecision complete(Document message, String reason, String reasonCode) {
        return new Complete(message, reason, reasonCode, Document.EMPTY_OBJECT);
    }

    /** The same decision with this metadata, an object. */
    public abstract PolicyDecision withMetadata(Document metadata);

    /** Which kind this is. */
    public abstract Kind kind();

    /** The new message of {@link Kind#MODIFY} or the answer of {@link Kind#COMPLETE}. */
    public Optional<Document> message() {
        return Optional.empty();
    }

    /** Why, for people; may be empty. */
    public final String reason() {
        return reason;
    }

    /** Why, for programs; {@value #NO_REASON} if there is nothing to report. */
    public final String reasonCode() {
        return reasonCode;
    }

    /** More for programs, an object; {@code detected} is by convention the array of detector names that hit. */
    public final Document metadata() {
        return metadata;
    }

    @Override
    public final String toString() {
        return kind() + "[" + reasonCode + (reason.isEmpty() ? "" : ": " + reason) + "]";
    }

    private static final class Allow extends PolicyDecision {
        Allow(String reason, String code, Document metadata) {
            super(reason, code, metadata);
        }

        @Override
        public Kind kind() {
            return Kind.ALLOW;
        }

        @Override
        public PolicyDecision withMetadata(Document metadata) {
            return new Allow(reason(), reasonCode(), metadata);
        }
    }

    private static final class Pass extends PolicyDecision {
        Pass(String reason, String code, Document metadata) {
            super(reason, code, metadata);
        }

        @Override
        public Kind kind() {
            return Kind.PASS;
        }

        @Override
        public PolicyDecision withMetadata(Document metadata) {
            return new Pass(reason(), reasonCode(), metadata);
        }
    }

    private static final class Block extends PolicyDecision {
        Block(String reason, String code, Document metadata) {
            super(reason, code, metadata);
        }

        @Override
        public Kind kind() {
            return Kind.BLOCK;
        }

        @Override
        public PolicyDecision withMetadata(Document metadata) {
            return new Block(reason(), reasonCode(), metadata);
        }
    }

    private static final class Modify extends PolicyDecision {
        private final Document message;

        Modify(Document message, String reason, String code, Document metadata) {
            super(reason, code, metadata);
            this.message = Objects.requireNonNull(message, "message");
        }

        @Override
        public Kind kind() {
            return Kind.MODIFY;
        }

        @Override
        public Optional<Document> message() {
            return Optional.of(message);
        }

        @Override
        public PolicyDecision withMetadata(Document metadata) {
            return new Modify(message, reason(), reasonCode(), metadata);
        }
    }

    private static final class Complete extends PolicyDecision {
        private final Document message;

        Complete(Document message, String reason, String code, Document metadata) {
            super(reason, code, metadata);
            this.message = Objects.requireNonNull(message, "message");
        }

        @Override
        public Kind kind() {
            return Kind.COMPLETE;
        }

        @Override
        public Optional<Document> message() {
            return Optional.of(message);
        }

        @Override
        public PolicyDecision withMetadata(Document metadata) {
            return new Complete(message, reason(), reasonCode(), metadata);
        }
    }
}
