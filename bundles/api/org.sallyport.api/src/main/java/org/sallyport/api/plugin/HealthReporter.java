package org.sallyport.api.plugin;

import org.osgi.annotation.versioning.ConsumerType;

/** A component that registers this says how it is; asked at most once a second, and must answer at once. */
@ConsumerType
public interface HealthReporter {
    /** How the plugin is now. */
    Health health();

    /**
     * How a plugin is.
     *
     * @param healthy whether it can do its work
     * @param detail one sentence; empty if there is nothing to say
     */
    record Health(boolean healthy, String detail) {}
}
