package org.sallyport.api.plugin;

/**
 * For whom a call is made. It selects settings, storage and grants.
 *
 * @param tenant the tenant, or {@link #ANY}
 * @param server the upstream server's configured name, or {@link #ANY}
 */
public record Scope(String tenant, String server) {
    /** Stands for "not one in particular". */
    public static final String ANY = "";

    /** No tenant and no server in particular. */
    public static final Scope GLOBAL = new Scope(ANY, ANY);

    /** One server, no tenant in particular. */
    public static Scope server(String server) {
        return new Scope(ANY, server);
    }
}
