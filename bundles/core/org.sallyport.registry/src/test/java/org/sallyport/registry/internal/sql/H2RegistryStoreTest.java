package org.sallyport.registry.internal.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A registry store in H2")
class H2RegistryStoreTest extends SqlRegistryStoreContract {
    @TempDir
    Path folder;

    @Override
    SqlSettings newDatabase() {
        return settings("jdbc:h2:" + folder.resolve("registry"), List.of());
    }

    private static SqlSettings settings(String url, List<Path> drivers) {
        return new SqlSettings(url, Dialect.H2, "", Optional.empty(), drivers);
    }

    @Override
    Connection administrator() throws SQLException {
        return DriverManager.getConnection(settings.url());
    }

    @Test
    @DisplayName("takes its driver from a jar that was named, and says when there is none")
    void drivers() throws Exception {
        store.close();
        Path jar = Path.of(org.h2.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        new SqlRegistryStore(settings(settings.url(), List.of(jar))).close();

        Path other = Path.of(org.postgresql.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThatThrownBy(() -> new SqlRegistryStore(settings(settings.url(), List.of(other))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no JDBC driver")
                .hasMessageContaining("drivers");
        assertThatThrownBy(() -> new SqlRegistryStore(settings(settings.url(), List.of(folder.resolve("none.jar")))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none.jar");
    }
}
