package org.sallyport.registry.internal.sql;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables, and how those of an earlier Sallyport become those of this one: one migration for each version, each in a
 * transaction of its own together with the version's number. PostgreSQL does or undoes one as a whole. H2 commits at each
 * statement that changes a table; so each statement of a migration must be one that can be repeated, and a migration that
 * was interrupted is begun again.
 *
 * @param migrations the first one makes version 1; never changed once it was released, only added to
 */
record Schema(List<List<String>> migrations) {
    static final Schema CURRENT = new Schema(List.of(List.of(
            "CREATE TABLE IF NOT EXISTS sallyport_registry (entry_key VARCHAR(512) PRIMARY KEY,"
                    + " revision BIGINT NOT NULL, entry_value TEXT NOT NULL)",
            "CREATE INDEX IF NOT EXISTS sallyport_registry_revision ON sallyport_registry (revision)")));

    private static final Logger log = LoggerFactory.getLogger(Schema.class);

    private static final String STATE = "sallyport_registry_state";

    /** One row: its version is part of each write's condition, so nobody writes to a schema that he does not know. */
    private static final List<String> FOUNDATION = List.of(
            "CREATE TABLE IF NOT EXISTS " + STATE
                    + " (id INT PRIMARY KEY, schema_version INT NOT NULL, counter BIGINT NOT NULL)",
            "INSERT INTO " + STATE + " SELECT 1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM " + STATE + ")");

    /** The database belongs to a newer Sallyport. */
    static final class NewerException extends IOException {
        private static final long serialVersionUID = 1L;

        NewerException(int version, int known) {
            super("its tables are those of a newer Sallyport: they have schema version [" + version
                    + "], known are those up to [" + known
                    + "]. Run that Sallyport, or one that is newer still. The database was left as it is");
        }
    }

    int version() {
        return migrations.size();
    }

    /**
     * Brings the tables to this version; changes nothing if they are, or are later. The connection commits by itself, before
     * and after.
     */
    void migrate(Connection connection, Dialect dialect) throws SQLException, IOException {
        // H2 is not used by two processes, but it breaks when two connections alter a table at the same time.
        synchronized (Schema.class) {
            migrateAlone(connection, dialect);
        }
    }

    private void migrateAlone(Connection connection, Dialect dialect) throws SQLException, IOException {
        for (int version = found(connection); version < version(); version = found(connection)) {
            connection.setAutoCommit(false);
            try {
                run(connection, dialect.beforeMigration);
                // Another process may have been faster.
                if (found(connection) == version) {
                    if (version < 0) {
                        run(connection, FOUNDATION);
                    } else {
                        run(connection, migrations.get(version));
                        run(connection, List.of("UPDATE " + STATE + " SET schema_version = " + (version + 1)));
                        log.info(
                                "The registry's tables are brought from schema version [{}] to [{}]",
                                version,
                                version + 1);
                    }
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /** The version that is there; -1 if there is nothing. */
    private int found(Connection connection) throws SQLException, NewerException {
        DatabaseMetaData about = connection.getMetaData();
        String name = about.storesUpperCaseIdentifiers() ? STATE.toUpperCase(Locale.ROOT) : STATE;
        try (ResultSet tables =
                about.getTables(null, connection.getSchema(), name, new String[] {"TABLE", "BASE TABLE"})) {
            if (!tables.next()) {
                return -1;
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT schema_version FROM " + STATE)) {
            int version = row.next() ? row.getInt(1) : -1;
            if (version > version()) {
                throw new NewerException(version, version());
            }
            return version;
        }
    }

    static void run(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
