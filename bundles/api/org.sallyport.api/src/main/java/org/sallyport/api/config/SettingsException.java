package org.sallyport.api.config;

import org.sallyport.api.plugin.PluginException;

/** Settings that their plugin cannot work with. The code is {@code invalid_settings}. */
public class SettingsException extends PluginException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /**
     * @param path the setting, as a JSON Pointer (RFC 6901) into the settings; empty for all of them
     * @param message what is wrong with it and what would be right
     */
    public SettingsException(String path, String message) {
        super("invalid_settings", message);
        this.path = path;
    }

    /** The setting, as a JSON Pointer into the settings. */
    public final String path() {
        return path;
    }
}
