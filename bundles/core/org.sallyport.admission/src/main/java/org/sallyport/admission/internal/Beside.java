package org.sallyport.admission.internal;

import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;

/** Names of versions: a plugin's main one is called by its id, one that stands beside it {@code ID@VERSION}. */
final class Beside {
    private static final char AT = '@';

    private Beside() {}

    /** What a version is called that stands beside the main one. */
    static String name(String id, Version version) {
        return id + AT + version;
    }

    /** Whether that is the name of a version beside the main one. */
    static boolean is(String name) {
        return name.indexOf(AT) >= 0;
    }

    /** The plugin's id. */
    static String plugin(String name) {
        int at = name.indexOf(AT);
        return at < 0 ? name : name.substring(0, at);
    }

    /** Whether a text is the name of a version of a plugin. */
    static boolean isName(String text) {
        String id = plugin(text);
        if (!PluginId.isValid(id)) {
            return false;
        }
        try {
            return id.equals(text)
                    || name(id, new Version(text.substring(id.length() + 1))).equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
