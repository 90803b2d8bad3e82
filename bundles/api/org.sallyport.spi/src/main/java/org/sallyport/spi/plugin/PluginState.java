package org.sallyport.spi.plugin;

/** Where a plugin is on its way from a file to service. */
public enum PluginState {
    /** A file was seen. */
    DISCOVERED,
    /** Its bytes lie in the store. */
    STAGED,
    /** All gates let it pass. */
    VERIFIED,
    /** Its bundle is resolved. */
    RESOLVED,
    /** Its bundle is being started. */
    STARTING,
    /** In service, watched more closely than later. */
    PROBATION,
    /** In service. */
    ACTIVE,
    /** Waits for somebody's consent. */
    HELD,
    /** Admitted, and started by the first call that reaches it. */
    ASLEEP,
    /** Switched off by the operator. */
    DISABLED,
    /** In service, but not all of it works. */
    DEGRADED,
    /** Out of service because it failed; the cause says how. */
    QUARANTINED,
    /** Refused by a gate; the cause says why. */
    BLOCKED,
    /** Replaced or removed, but it still holds a thread; left alone until the restart. */
    LEAKED,
    /** Gone. */
    UNINSTALLED;

    /** Whether calls reach it. */
    public boolean inService() {
        return this == PROBATION || this == ACTIVE || this == DEGRADED || this == ASLEEP;
    }
}
