package org.sallyport.api.plugin;

import org.jspecify.annotations.Nullable;

/**
 * Something that a plugin asked of the platform, or the platform of a plugin, failed. The code is stable and meant for
 * programs, the message for people: what happened, to whom, what to do next.
 */
public class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Lower-case words joined by underscores. */
    private final String code;

    /** A failure without another one behind it. */
    public PluginException(String code, String message) {
        this(code, message, null);
    }

    /** A failure that was caused by another. */
    public PluginException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The reason code, such as {@code storage_quota}. An open set: callers keep a branch for codes they do not know. */
    public final String code() {
        return code;
    }
}
