package org.sallyport.registry.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

@RequiresPostgres
@DisplayName("A registry store in PostgreSQL")
class PostgresRegistryStoreTest extends SqlRegistryStoreContract {
    @TempDir
    Path folder;

    private PostgresServer server;

    @Override
    SqlSettings newDatabase() throws Exception {
        server = PostgresServer.shared();
        return settings(server.newDatabase(), server.passwordFile());
    }

    private SqlSettings settings(String url, Path password) {
        return new SqlSettings(url, Dialect.POSTGRESQL, server.user(), Optional.of(password), List.of());
    }

    @Override
    Connection administrator() throws SQLException {
        return server.open(settings.url());
    }

    @Test
    @DisplayName("answers reads and refuses writes while the server is away, and goes on by itself when it is back")
    void away() throws Exception {
        long revision = store.compareAndSet("k", 0, Document.of(1)).orElseThrow();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        server.stop();
        try {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> store.compareAndSet("k", revision, Document.of(2)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(settings.url());
            }
            assertThat(store.get("k")).contains(new RegistryStore.Entry(revision, Document.of(1)));
            assertThatThrownBy(() -> new SqlRegistryStore(settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(settings.url());
        } finally {
            server.startAgain();
        }

        assertThat(store.compareAndSet("k", revision, Document.of(2))).isPresent();
        store.watch(told::addAll);
        try (SqlRegistryStore other = new SqlRegistryStore(settings)) {
            other.compareAndSet("theirs", 0, Document.TRUE).orElseThrow();
        }
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("theirs");
        assertThat(reopened().get("k").orElseThrow().value()).isEqualTo(Document.of(2));
    }

    @Test
    @DisplayName("goes on after its connection was cut by the server")
    void cut() throws Exception {
        store.compareAndSet("k", 0, Document.of(1)).orElseThrow();
        administrate("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Sallyport'");

        Optional<Long> written = Optional.empty();
        for (int attempt = 0; attempt < 2 && written.isEmpty(); attempt++) {
            try {
                written = store.compareAndSet("l", 0, Document.of(2));
            } catch (IOException e) {
                assertThat(e).hasMessageContaining(settings.url());
            }
        }

        assertThat(written).isPresent();
        assertThat(reopened().all()).hasSize(2);
    }

    @Test
    @DisplayName("rolls back a migration as a whole")
    void wholeMigration() throws Exception {
        store.close();
        Schema broken = new Schema(List.of(
                Schema.CURRENT.migrations().get(0),
                List.of("CREATE TABLE half (id INT)", "INSERT INTO no_such_table VALUES (1)")));
        assertThatThrownBy(() -> new SqlRegistryStore(settings, broken, UnaryOperator.identity()))
                .isInstanceOf(IOException.class);

        assertThatThrownBy(() -> administrate("SELECT * FROM half")).isInstanceOf(SQLException.class);
    }

    @Test
    @DisplayName("never shows a password, right or wrong")
    void passwords() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "my-secret-word\n");
        Throwable refused = catchThrowable(() -> new SqlRegistryStore(settings(settings.url(), wrong)));
        assertThat(refused).isInstanceOf(IOException.class).hasMessageContaining("authentication");
        assertThat(everything(refused)).doesNotContain("my-secret-word");

        Throwable missing =
                catchThrowable(() -> new SqlRegistryStore(settings(settings.url(), folder.resolve("none"))));
        assertThat(missing).isInstanceOf(IOException.class).hasMessageContaining("none");

        Path binary = Files.write(folder.resolve("binary"), new byte[] {'s', 'e', 'c', 'r', 'e', 't', (byte) 0xFF});
        Throwable unreadable = catchThrowable(() -> new SqlRegistryStore(settings(settings.url(), binary)));
        assertThat(everything(unreadable))
                .doesNotContain("secret" + (char) 0xFFFD)
                .contains("cannot be read");
        assertThat(settings.toString()).doesNotContain(server.password());
    }

    private static String everything(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
