package org.sallyport.registry.internal.sql;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.sallyport.api.document.Document;
import org.sallyport.registry.internal.Snapshot;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.registry.RegistryStore;
import org.sallyport.spi.registry.RegistryStore.Entry;

/**
 * What is said to the database. A write raises the counter in the one row of the state table first, and holds that row's lock
 * to the end of the transaction: so writes come one after the other, and revisions become visible in their order.
 *
 * @param version of the schema; with another one nothing is read or written
 */
record Tables(int version) {
    /**
     * Sets or removes an entry.
     *
     * @param json empty to remove it
     * @return the new revision; empty if the entry has another one than was expected
     */
    Optional<Long> write(Connection connection, String key, long expected, Optional<String> json)
            throws SQLException, IOException {
        long revision = nextRevision(connection);
        long is = revisionOf(connection, key);
        if (is != expected) {
            connection.rollback();
            return Optional.empty();
        } else if (json.isEmpty()) {
            change(connection, "DELETE FROM sallyport_registry WHERE entry_key = ?", key);
        } else {
            change(
                    connection,
                    is == RegistryStore.ABSENT
                            ? "INSERT INTO sallyport_registry (revision, entry_value, entry_key) VALUES (?, ?, ?)"
                            : "UPDATE sallyport_registry SET revision = ?, entry_value = ? WHERE entry_key = ?",
                    revision,
                    json.get(),
                    key);
        }
        return Optional.of(revision);
    }

    /** Waits for others that write. */
    private long nextRevision(Connection connection) throws SQLException, IOException {
        int rows = change(
                connection,
                "UPDATE sallyport_registry_state SET counter = counter + 1 WHERE schema_version = ?",
                version);
        if (rows == 0) {
            throw otherVersion();
        }
        return counter(connection);
    }

    private static long revisionOf(Connection connection, String key) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT revision FROM sallyport_registry WHERE entry_key = ?")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : RegistryStore.ABSENT;
            }
        }
    }

    private static int change(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    /** The highest revision that was given. */
    long counter(Connection connection) throws SQLException, IOException {
        return counter(connection, "");
    }

    private long counter(Connection connection, String lock) throws SQLException, IOException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT counter FROM sallyport_registry_state WHERE schema_version = ?" + lock)) {
            select.setInt(1, version);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw otherVersion();
                }
                return row.getLong(1);
            }
        }
    }

    private static IOException otherVersion() {
        return new IOException(
                "the registry's tables were brought to another schema version while this Sallyport ran, so it"
                        + " changes nothing any more; run the version that did so");
    }

    /**
     * What is there. Holds up writers for the moment, so it is all of one moment.
     *
     * @param before what is known; only what is newer is read
     */
    Snapshot read(Connection connection, Snapshot before) throws SQLException, IOException {
        long counter = counter(connection, " FOR UPDATE");
        // A counter that went back is that of a database that was restored.
        Snapshot known = counter < before.counter() ? Snapshot.EMPTY : before;
        Map<String, Entry> entries = new TreeMap<>(known.entries());
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT entry_key, revision, entry_value FROM sallyport_registry WHERE revision > ?")) {
            select.setLong(1, known.counter());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String key = rows.getString(1);
                    entries.put(key, new Entry(rows.getLong(2), value(key, rows.getString(3))));
                }
            }
        }
        if (entries.size() != count(connection)) {
            entries.keySet().retainAll(keys(connection));
        }
        return new Snapshot(counter, entries);
    }

    private static Document value(String key, String json) throws IOException {
        try {
            return Json.read(json);
        } catch (JsonException e) {
            throw new IOException("the value of [" + key + "] in the database is no JSON: " + e.getMessage(), e);
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM sallyport_registry");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Set<String> keys(Connection connection) throws SQLException {
        Set<String> keys = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT entry_key FROM sallyport_registry");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
        }
        return keys;
    }
}
