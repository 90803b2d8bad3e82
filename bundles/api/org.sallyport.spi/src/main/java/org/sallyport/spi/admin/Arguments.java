package org.sallyport.spi.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.plugin.PluginException;

/**
 * The arguments of a verb by the names of its parameters. Made by a face after it checked them.
 *
 * @param values texts as they were typed; of a flag {@code true}; of one that takes several texts a line each
 * @param folder the folder that relative files are relative to
 */
public record Arguments(Map<String, String> values, Path folder) {
    /** What stands between the texts of an argument that takes several. */
    static final String SEPARATOR = "\n";

    public Arguments {
        values = Map.copyOf(values);
    }

    /** An argument. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** An argument that the verb requires. */
    public String required(String name) {
        return text(name)
                .orElseThrow(() -> new PluginException("missing_argument", "The argument [" + name + "] is missing"));
    }

    /** The texts of an argument that takes several; none if it was not given. */
    public List<String> words(String name) {
        return text(name).map(all -> List.of(all.split(SEPARATOR))).orElse(List.of());
    }

    /** Whether a flag was given. */
    public boolean flag(String name) {
        return values.containsKey(name);
    }

    /** A file, made absolute. */
    public Path file(String name) {
        return folder.resolve(required(name)).toAbsolutePath().normalize();
    }

    /**
     * A file's bytes.
     *
     * @param limit most bytes that are read
     * @throws PluginException with the code {@code unreadable_file}
     */
    public byte[] bytes(String name, long limit) {
        Path file = file(name);
        try {
            if (Files.size(file) > limit) {
                throw new PluginException(
                        "unreadable_file", "File [" + file + "] is larger than the limit of [" + limit + "] bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new PluginException("unreadable_file", "File [" + file + "] could not be read: " + e, e);
        }
    }
}
