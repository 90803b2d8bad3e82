package org.sallyport.registry.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A database that only grows")
class GrowthTest {
    @TempDir
    Path folder;

    private Connection connection;
    private long size;

    @BeforeEach
    void open() throws Exception {
        connect();
        grow(300);
        size = Files.size(folder.resolve("db.mv.db"));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void connect() throws SQLException {
        connection = DriverManager.getConnection(Dialect.H2.complete("jdbc:h2:" + folder.resolve("db")));
    }

    private void grow(int commits) throws SQLException {
        Schema.run(connection, List.of("CREATE TABLE IF NOT EXISTS t (a INT)"));
        for (int n = 0; n < commits; n++) {
            Schema.run(connection, List.of("INSERT INTO t VALUES (" + n + ")", "DELETE FROM t"));
        }
    }

    @Test
    @DisplayName("is looked at after so many changes, and not before")
    void often() throws SQLException {
        Growth growth = new Growth(Long.MAX_VALUE, 3);

        for (int look = 0; look < 2; look++) {
            assertThat(growth.changed()).isFalse();
            assertThat(growth.changed()).isFalse();
            assertThat(growth.changed()).isTrue();
            assertThat(growth.shrinks(connection, Dialect.H2)).isFalse();
        }
    }

    @Test
    @DisplayName("is written anew when it is as large as it may be, not a byte before")
    void large() throws Exception {
        assertThat(new Growth(size + 1, 1).shrinks(connection, Dialect.H2)).isFalse();
        assertThat(connection.isClosed()).isFalse();

        assertThat(new Growth(size, 1).shrinks(connection, Dialect.H2)).isTrue();
        assertThat(connection.isClosed()).isTrue();
        assertThat(Files.size(folder.resolve("db.mv.db"))).isLessThan(size / 10);
    }

    @Test
    @DisplayName("is not written anew again before it has grown to four times of what that made of it")
    void again() throws Exception {
        Growth growth = new Growth(1, 1);
        assertThat(growth.shrinks(connection, Dialect.H2)).isTrue();
        connect();
        long least = Files.size(folder.resolve("db.mv.db"));

        assertThat(growth.shrinks(connection, Dialect.H2)).isFalse();
        while (Files.size(folder.resolve("db.mv.db")) < 4 * least) {
            assertThat(growth.shrinks(connection, Dialect.H2)).isFalse();
            grow(1);
        }
        assertThat(growth.shrinks(connection, Dialect.H2)).isTrue();
    }

    @Test
    @DisplayName("is left alone where the database tidies up by itself")
    void others() throws SQLException {
        assertThat(new Growth(0, 1).shrinks(connection, Dialect.POSTGRESQL)).isFalse();
    }
}
