package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;
import org.sallyport.registry.internal.sql.Dialect;
import org.sallyport.registry.internal.sql.SqlSettings;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * Which store is used: JSON with comments, an object with
 *
 * <ul>
 *   <li>{@code store}: {@code file} (what holds without settings), {@code memory} or {@code sql};
 *   <li>for {@code sql}: {@code url} (JDBC; <code>{home}</code> stands for the home folder), {@code user},
 *       {@code password_file}, {@code drivers} (jars). Paths are relative to the folder of this file, which is private and travels
 *       with it.
 *   <li>{@code copy_from}: another such object, of which everything is copied once; see {@link StoreCopy}.
 * </ul>
 *
 * <p>Whatever else there is is refused: a name that was mistyped must not choose another store.
 *
 * @param sql which database, if the store is one
 * @param shown for people: as it was written, without secrets
 * @param copied of what the store gets its first content; empty if it begins with nothing
 */
record StoreSettings(Kind kind, Optional<SqlSettings> sql, String shown, Optional<StoreSettings> copied) {
    private static final String FOLDER = "registry";

    /** Where the settings lie in the home folder. */
    static final String FILE = FOLDER + "/store.json";

    static final int MAX_BYTES = 64 * 1024;

    private static final String COPY_FROM = "copy_from";
    private static final Set<String> FILE_NAMES = Set.of("store", COPY_FROM);
    private static final Set<String> SQL_NAMES = Set.of("store", "url", "user", "password_file", "drivers", COPY_FROM);
    private static final Pattern SECRET = Pattern.compile("(?i)(password|passwd|pwd)[^=&;?]*=");

    /** What there is. */
    enum Kind {
        FILE,
        MEMORY,
        SQL
    }

    /** The settings of a home folder. */
    static StoreSettings in(Path home) throws IOException {
        Path file = home.resolve(FILE);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it has more than [" + MAX_BYTES + "] bytes");
            }
            return read(Files.readString(file, StandardCharsets.UTF_8), home);
        } catch (NoSuchFileException e) {
            return new StoreSettings(Kind.FILE, Optional.empty(), "file", Optional.empty());
        } catch (IOException e) {
            throw new IOException("[" + file + "] is wrong: " + e.getMessage(), e);
        }
    }

    /** @throws IOException if they are wrong; says what would be right */
    static StoreSettings read(String text, Path home) throws IOException {
        Document root;
        try {
            root = Json.readWithComments(text).document();
        } catch (JsonException e) {
            throw new IOException(e.getMessage(), e);
        }
        StoreSettings settings = read(root, home);
        Document from = root.get(COPY_FROM);
        if (from.isNull()) {
            return settings;
        } else if (!from.isObject() || !from.get(COPY_FROM).isNull()) {
            throw new IOException(
                    "\"" + COPY_FROM + "\" has to be an object like this one, without another \"" + COPY_FROM + "\"");
        }
        StoreSettings source = read(from, home);
        if (source.kind() == Kind.MEMORY || settings.kind() == Kind.MEMORY) {
            throw new IOException(
                    "\"" + COPY_FROM + "\" is for stores that outlive the process, which memory does not");
        } else if (source.kind() == settings.kind() && source.sql().equals(settings.sql())) {
            throw new IOException("\"" + COPY_FROM + "\" has to name another store");
        }
        return new StoreSettings(settings.kind(), settings.sql(), settings.shown(), Optional.of(source));
    }

    private static StoreSettings read(Document root, Path home) throws IOException {
        Kind kind = kind(root.get("store").text(""));
        Set<String> names = kind == Kind.SQL ? SQL_NAMES : FILE_NAMES;
        for (String name : root.members().keySet()) {
            if (!names.contains(name)) {
                throw new IOException("[" + name + "] is not known; with \"store\": \""
                        + kind.name().toLowerCase(Locale.ROOT) + "\" there is " + new TreeSet<>(names));
            }
        }
        return kind == Kind.SQL
                ? new StoreSettings(
                        kind,
                        Optional.of(sql(root, home)),
                        "sql, " + root.get("url").text(""),
                        Optional.empty())
                : new StoreSettings(kind, Optional.empty(), kind.name().toLowerCase(Locale.ROOT), Optional.empty());
    }

    private static Kind kind(String name) throws IOException {
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw new IOException("\"store\" has to be \"file\", \"memory\" or \"sql\"");
    }

    private static SqlSettings sql(Document root, Path home) throws IOException {
        String url = text(root, "url").replace("{home}", home.toString());
        if (SECRET.matcher(url).find()) {
            // It would be shown wherever the URL is.
            throw new IOException(
                    "\"url\" must not hold a password; write it into a file and name that as" + " \"password_file\"");
        }
        Dialect dialect = Dialect.of(url)
                .orElseThrow(() -> new IOException("\"url\" has to begin with jdbc:h2: or jdbc:postgresql:"));
        if (url.toLowerCase(Locale.ROOT).startsWith("jdbc:h2:mem:")) {
            throw new IOException("\"url\" names a database in memory, which keeps nothing; name a file, such as"
                    + " \"jdbc:h2:{home}/registry/sql\"");
        }
        Path folder = home.resolve(FOLDER);
        Document password = root.get("password_file");
        Document drivers = root.get("drivers");
        if (!drivers.isNull()
                && !(drivers.isArray() && drivers.values().stream().allMatch(Document::isString))) {
            throw new IOException("\"drivers\" has to be a list of jars");
        }
        List<Path> jars = drivers.values().stream()
                .map(one -> folder.resolve(one.text("")))
                .toList();
        return new SqlSettings(
                url,
                dialect,
                root.get("user").isNull() ? "" : text(root, "user"),
                password.isNull() ? Optional.empty() : Optional.of(folder.resolve(text(root, "password_file"))),
                jars);
    }

    private static String text(Document root, String name) throws IOException {
        return root.get(name)
                .text()
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new IOException("\"" + name + "\" has to be a text"));
    }
}
