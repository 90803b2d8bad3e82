package org.sallyport.spi.sandbox;

/** Where a plugin runs. */
public enum Tier {
    /** In the host's process, like the host's own code; for {@code internal} plugins alone. */
    HOST,
    /** In the host's process, as far as the verifier, the weaver and the agent let it. */
    CONFINED,
    /** In a process of its own, in a jail of the operating system. */
    WORKER;

    /** Its name in configurations and lists: lower case. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
