package org.sallyport.registry.internal.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, made when it is needed and again after each failure, with the tables as {@link Schema} wants them. Not
 * thread-safe.
 */
final class Database implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Database.class);

    /** How long the database may take for one answer. */
    private static final int ANSWER_MILLIS = 10_000;

    private static final int MAX_PASSWORD_BYTES = 4096;

    /** By URL, for databases whose transactions may not run side by side. */
    private static final Map<String, Object> TURNS = new ConcurrentHashMap<>();

    private final SqlSettings settings;
    private final Schema schema;
    private final UnaryOperator<Connection> wrapper;
    private final Growth growth;

    /** Held while something is done: by all connections of this process to a database that needs it, else by this one. */
    private final Object turn;

    private @Nullable Driver driver;
    private @Nullable Connection connection;

    /** @param wrapper of each connection */
    Database(SqlSettings settings, Schema schema, UnaryOperator<Connection> wrapper, Growth growth) {
        this.settings = settings;
        this.schema = schema;
        this.wrapper = wrapper;
        this.growth = growth;
        turn = settings.dialect().inTurn ? TURNS.computeIfAbsent(settings.url(), url -> new Object()) : new Object();
    }

    /** Something to do in the database. */
    interface Work<T> {
        T with(Connection connection) throws SQLException, IOException;
    }

    /** Reads something, in one transaction. After a failure the connection is given up. */
    <T> T read(Work<T> work) throws IOException {
        synchronized (turn) {
            return transaction(work, List.of());
        }
    }

    /**
     * Changes something, in one transaction, to last. After a failure the connection is given up.
     *
     * @throws UnknownException if the commit did not answer
     * @throws IOException if nothing was changed
     */
    <T> T write(Work<T> work) throws IOException {
        synchronized (turn) {
            return written(work);
        }
    }

    private <T> T written(Work<T> work) throws IOException {
        T result = transaction(work, settings.dialect().afterCommit);
        Connection open = connection;
        if (open != null && growth.changed()) {
            try {
                if (growth.shrinks(open, settings.dialect())) {
                    giveUp();
                }
            } catch (SQLException e) {
                // The change lasts all the same.
                log.warn("The registry's database could not be written anew: {}", e.getMessage());
                giveUp();
            }
        }
        return result;
    }

    private <T> T transaction(Work<T> work, List<String> afterCommit) throws IOException {
        try {
            Connection open = open();
            open.setAutoCommit(false);
            T result = work.with(open);
            try {
                open.commit();
                open.setAutoCommit(true);
                Schema.run(open, afterCommit);
            } catch (SQLException e) {
                giveUp();
                throw new UnknownException(e);
            }
            return result;
        } catch (SQLException e) {
            giveUp();
            throw failed(e);
        } catch (IOException | RuntimeException e) {
            if (!(e instanceof UnknownException)) {
                giveUp();
            }
            throw e;
        }
    }

    /** Whether a change was made is not known. */
    static final class UnknownException extends IOException {
        private static final long serialVersionUID = 1L;

        UnknownException(SQLException e) {
            super("the database did not answer to a commit: " + e.getMessage(), e);
        }
    }

    private IOException failed(SQLException e) {
        return new IOException(
                "the database [" + settings.url() + "] failed: "
                        + String.valueOf(e.getMessage())
                                .strip()
                                .replaceAll("\\s+", " ")
                                .replaceAll("\\.$", ""),
                e);
    }

    private Connection open() throws SQLException, IOException {
        Connection open = connection;
        if (open == null) {
            open = connected();
            schema.migrate(open, settings.dialect());
            if (growth.shrinks(open, settings.dialect())) {
                giveUp();
                open = connected();
            }
        }
        return open;
    }

    private Connection connected() throws SQLException, IOException {
        Connection made = connect();
        connection = made;
        made.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
        return made;
    }

    private Connection connect() throws SQLException, IOException {
        String url = settings.dialect().complete(settings.url());
        Driver known = driver;
        if (known == null) {
            known = Drivers.find(settings.drivers(), url);
            driver = known;
        }
        Properties properties = new Properties();
        properties.putAll(settings.dialect().properties);
        if (!settings.user().isEmpty()) {
            properties.put("user", settings.user());
        }
        if (settings.passwordFile().isPresent()) {
            properties.put("password", password(settings.passwordFile().get()));
        }
        Connection made = known.connect(url, properties);
        if (made == null) {
            throw new SQLException("the driver does not know such a URL");
        }
        return wrapper.apply(made);
    }

    private static String password(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_PASSWORD_BYTES) {
                throw new IOException("it has more than [" + MAX_PASSWORD_BYTES + "] bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException | UncheckedIOException e) {
            // Not the exception's own words: those of a decoder could show what is in the file.
            throw new IOException("the password file [" + file + "] cannot be read ("
                    + e.getClass().getSimpleName() + "); it has to hold the password and nothing else, in at most ["
                    + MAX_PASSWORD_BYTES + "] bytes");
        }
    }

    private void giveUp() {
        Connection broken = connection;
        connection = null;
        if (broken != null) {
            try {
                // Rolls back what was not committed.
                broken.close();
            } catch (SQLException e) {
                // It is of no use any more, whatever it says.
            }
        }
    }

    @Override
    public void close() {
        giveUp();
    }
}
