package org.sallyport.spi.config;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;

/**
 * What is configured: the built-in defaults, over them the files {@code conf/*.json} in the order of their names, over
 * them what the command line said. Keys that begin with {@value #PLATFORM} belong to the platform and are given to
 * Configuration Admin; every other key is an instance of a plugin's handler.
 */
@ProviderType
public interface Configuration {
    /** Prefix of the keys that belong to the platform. */
    String PLATFORM = "org.sallyport.";

    /**
     * Key of an entry that stands in the snapshot when no good configuration is known. No handler can have this name,
     * and the entry is critical, so the policy chain stops every message.
     */
    String REFUSED = ":sallyport:configuration-refused";

    /** What holds now. */
    Snapshot current();

    /** What was wrong with the last files that were not taken; empty if all were. */
    List<Problem> problems();

    /** Checks a configuration text against everything that is known, without applying it; doubts count as problems. */
    List<Problem> check(String fileName, String text);

    /**
     * Looks at files anew that were not taken, because what was doubted may be right now. Returns at once; does nothing
     * while all files hold.
     */
    void recheck();

    /**
     * All that is configured at one moment.
     *
     * @param generation counts up
     * @param entries by key, in order of the files, then within them; each value an object
     */
    record Snapshot(long generation, Map<String, Document> entries) {
        /** Keeps the order. */
        public Snapshot {
            entries = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(entries));
        }
    }

    /**
     * Something that is wrong with a configuration.
     *
     * @param file the file's name; empty if it came from elsewhere
     * @param line from 1; 0 if unknown
     * @param column from 1; 0 if unknown
     * @param key the entry, such as {@code org.sallyport.gateway}
     * @param path JSON Pointer into the entry's value
     * @param message what is wrong and what would be right
     */
    record Problem(String file, int line, int column, String key, String path, String message) {
        /** Without a place; the configuration service adds it. */
        public static Problem of(String key, String path, String message) {
            return new Problem("", 0, 0, key, path, message);
        }

        @Override
        public String toString() {
            String where = file.isEmpty() ? "" : file + (line > 0 ? ":" + line + ":" + column : "") + ": ";
            return where + key + path + ": " + message;
        }
    }

    /** Told of each new snapshot, one at a time, on a thread of the configuration service; first with the current one. */
    @ConsumerType
    interface Listener {
        /** Something changed. Must not throw. */
        void changed(Snapshot next);
    }

    /**
     * Checks a configuration before it is applied; all of them have to find nothing. Registered as a service by whoever
     * understands some keys. Called on any thread.
     */
    @ConsumerType
    interface Validator {
        /** What is wrong; empty if nothing. */
        List<Problem> validate(Snapshot candidate);

        /**
         * What may become right without a change of the files, such as a handler whose plugin is not in service. It is
         * no reason to refuse what holds, or what is there at the start; a change of the files that brings a new doubt
         * is not taken until {@link Configuration#recheck()} finds it gone.
         */
        default List<Problem> doubts(Snapshot candidate) {
            return List.of();
        }
    }
}
