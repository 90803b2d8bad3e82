package org.sallyport.api.plugin;

/**
 * How far a plugin is trusted; decides where it runs and what it may do. A plugin has the least of three: what it asks
 * for in its manifest, what its signer may have, and what the operator's policy says. In order, least first.
 */
public enum TrustLevel {
    /** Anybody's code. */
    UNTRUSTED,
    /** Code of somebody who is known and answers for it. */
    PARTNER,
    /** Code that is trusted like the host's own. */
    INTERNAL;

    /** The lesser one. */
    public TrustLevel atMost(TrustLevel other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** Its name in configurations and manifests: lower case. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
