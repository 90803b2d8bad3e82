package org.sallyport.api.policy;

import java.util.Locale;

/** What became of a message, or of its pass through one stage. More may come: keep a branch for those you do not know. */
public enum Outcome {
    /**
     * It went on as it was, and a security plugin stands in its chain. Whether one looked at it, or all of them failed and
     * were skipped, says {@link PolicyReport#securityEvaluated()}.
     */
    ALLOWED,
    /** It was stopped by a security plugin. */
    BLOCKED,
    /** It went on changed. */
    MODIFIED,
    /** A middleware plugin answered it. */
    COMPLETED_BY_MIDDLEWARE,
    /** It was stopped because a critical plugin failed; of a stage: the plugin failed. */
    ERROR,
    /** It went on as it was, and no security plugin applied. */
    NO_SECURITY;

    /** The name in logs and reports, such as {@code completed_by_middleware}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
