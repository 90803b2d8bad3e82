package org.sallyport.config.internal.imports;

import org.sallyport.api.plugin.PluginException;

/** A file that is not what it was said to be. The code is {@code invalid_configuration}. */
public final class ImportException extends PluginException {
    private static final long serialVersionUID = 1L;

    ImportException(String file, int line, int column, String message) {
        super("invalid_configuration", file + ":" + line + ":" + column + ": " + message);
    }
}
