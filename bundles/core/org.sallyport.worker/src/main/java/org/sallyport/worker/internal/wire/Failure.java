package org.sallyport.worker.internal.wire;

import org.jspecify.annotations.Nullable;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.plugin.PluginException;

/** What was thrown on the other side, as it goes over: what the API promises by its kind, the rest by name and message. */
final class Failure {
    /** Most characters of a message that go over. */
    static final int MAX_TEXT = 2_000;

    private static final int PLUGIN = 0;
    private static final int SETTINGS = 1;
    private static final int ARGUMENT = 2;
    private static final int STATE = 3;
    private static final int OTHER = 4;

    private Failure() {}

    /** Writes what was thrown. Asking it for its message may run a plugin's code. */
    static void write(Out out, Throwable thrown) {
        if (thrown instanceof SettingsException settings) {
            out.u8(SETTINGS);
            text(out, settings.path());
        } else if (thrown instanceof PluginException plugin) {
            out.u8(PLUGIN);
            text(out, plugin.code());
        } else if (thrown instanceof IllegalArgumentException) {
            out.u8(ARGUMENT);
        } else if (thrown instanceof IllegalStateException) {
            out.u8(STATE);
        } else {
            out.u8(OTHER);
            text(out, thrown.getClass().getName());
        }
        text(out, message(thrown));
    }

    private static @Nullable String message(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return "its message cannot be read";
        }
    }

    private static void text(Out out, @Nullable String text) {
        String known = String.valueOf(text);
        out.string(known.length() > MAX_TEXT ? known.substring(0, MAX_TEXT) : known);
    }

    /** Makes it anew. */
    static RuntimeException read(In in) throws ProtocolException {
        int kind = in.u8();
        switch (kind) {
            case PLUGIN:
                return new PluginException(in.string(), in.string());
            case SETTINGS:
                return new SettingsException(in.string(), in.string());
            case ARGUMENT:
                return new IllegalArgumentException(in.string());
            case STATE:
                return new IllegalStateException(in.string());
            case OTHER:
                String type = in.string();
                String message = in.string();
                return new PluginException("failed", message.equals("null") ? type : type + ": " + message);
            default:
                throw new ProtocolException("a failure of no kind");
        }
    }
}
