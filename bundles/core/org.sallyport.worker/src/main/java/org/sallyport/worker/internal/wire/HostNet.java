package org.sallyport.worker.internal.wire;

import org.jspecify.annotations.Nullable;

/** Connections that the host opens for a worker that has no network of its own. Each is known by a number. */
public interface HostNet {
    /**
     * Connects.
     *
     * @return its number
     * @throws org.sallyport.api.plugin.PluginException {@code not_granted}, {@code unreachable} or {@code too_many}
     */
    int open(String host, int port);

    /**
     * Waits a moment for bytes.
     *
     * @return an empty array at the end; null if none came yet
     */
    byte @Nullable [] read(int connection);

    /** Sends bytes. */
    void write(int connection, byte[] bytes);

    /** Ends it. */
    void close(int connection);
}
