package org.sallyport.spi.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One verb of administration, such as {@code plugin:list}. Registered as a service; the shell, the command line and
 * REST derive their commands from it, so they have the same words and the same answers.
 */
@ConsumerType
public interface AdminVerb {
    /** Its group, such as {@code plugin}. */
    String scope();

    /** Its name, such as {@code list}. */
    String name();

    /** What it does, in one line. */
    String summary();

    /** Its parameters; positional ones in this order. */
    List<Parameter> parameters();

    /** Who may use it. */
    Role role();

    /**
     * Does it. Called on any thread.
     *
     * @param arguments as the parameters say, checked
     * @return a record, a list of records, a string, or {@code null} for nothing to show
     * @throws org.sallyport.api.plugin.PluginException if it cannot be done; code and message are shown
     */
    @Nullable Object run(Arguments arguments);

    /** Who may use a verb. */
    enum Role {
        /** Reads. */
        VIEWER,
        /** Changes what runs. */
        OPERATOR,
        /** Changes what is trusted. */
        ADMIN
    }

    /**
     * A parameter.
     *
     * @param name its name; an option is {@code --name}
     * @param kind what it takes
     * @param option whether it is an option rather than a positional argument
     * @param required whether it has to be given
     * @param description one line
     */
    record Parameter(String name, Kind kind, boolean option, boolean required, String description) {
        /** What a parameter takes. */
        public enum Kind {
            /** Any text. */
            TEXT,
            /** A whole number. */
            NUMBER,
            /** Nothing: it is there or not. */
            FLAG,
            /** Any texts, as many as there are; the last of the positional ones alone. */
            WORDS,
            /** A file to read, relative to where the operator is. */
            FILE
        }

        /** A positional argument that has to be given. */
        public static Parameter argument(String name, Kind kind, String description) {
            return new Parameter(name, kind, false, true, description);
        }

        /** An option that may be left out. */
        public static Parameter option(String name, Kind kind, String description) {
            return new Parameter(name, kind, true, false, description);
        }
    }
}
