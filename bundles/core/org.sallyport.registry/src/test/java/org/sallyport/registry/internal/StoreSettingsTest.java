package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.registry.internal.sql.Dialect;
import org.sallyport.registry.internal.sql.SqlSettings;

@DisplayName("Settings of the store")
class StoreSettingsTest {
    @TempDir
    Path home;

    @Test
    @DisplayName("choose files where there are none")
    void none() throws IOException {
        assertThat(StoreSettings.in(home).kind()).isEqualTo(StoreSettings.Kind.FILE);
    }

    @Test
    @DisplayName("name a database, with paths that are relative to the file's folder, and comments")
    void database() throws IOException {
        Files.createDirectories(home.resolve("registry"));
        Files.writeString(home.resolve(StoreSettings.FILE), """
                {
                  // Where all our registries are.
                  "store": "sql",
                  "url": "jdbc:postgresql://127.0.0.1/sallyport",
                  "user": "sallyport",
                  "password_file": "keys/registry",
                  "drivers": ["drivers/postgresql.jar", "/opt/more.jar"],
                }
                """);

        assertThat(StoreSettings.in(home).sql())
                .contains(new SqlSettings(
                        "jdbc:postgresql://127.0.0.1/sallyport",
                        Dialect.POSTGRESQL,
                        "sallyport",
                        Optional.of(home.resolve("registry/keys/registry")),
                        List.of(home.resolve("registry/drivers/postgresql.jar"), Path.of("/opt/more.jar"))));
    }

    @Test
    @DisplayName("name another store of which the content is copied")
    void copied() throws IOException {
        StoreSettings settings = StoreSettings.read("""
                {"store": "sql", "url": "jdbc:h2:{home}/registry/sql", "copy_from": {"store": "file"}}
                """, home);

        assertThat(settings.kind()).isEqualTo(StoreSettings.Kind.SQL);
        assertThat(settings.shown()).isEqualTo("sql, jdbc:h2:{home}/registry/sql");
        assertThat(settings.copied().orElseThrow().kind()).isEqualTo(StoreSettings.Kind.FILE);
        assertThat(StoreSettings.read("""
                {"store": "file", "copy_from": {"store": "sql", "url": "jdbc:h2:{home}/registry/sql"}}
                """, home).copied().flatMap(StoreSettings::sql))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'store': 'file', 'copy_from': {'store': 'file'}}|name another store",
                "{'store': 'file', 'copy_from': {'store': 'memory'}}|outlive the process",
                "{'store': 'memory', 'copy_from': {'store': 'file'}}|outlive the process",
                "{'store': 'file', 'copy_from': 'sql'}|has to be an object",
                "{'store': 'file', 'copy_from': {'store': 'sql', 'url': 'jdbc:h2:x', 'copy_from': {'store': 'file'}}}|without another",
                "{'store': 'file', 'copy_from': {'store': 'sql'}}|\"url\" has to be a text"
            })
    @DisplayName("refuse a copy that makes no sense")
    void copiedFromNowhere(String text, String why) {
        assertThatThrownBy(() -> StoreSettings.read(text.replace('\'', '"'), home))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("put the home folder into the URL")
    void homeInUrl() throws IOException {
        StoreSettings settings =
                StoreSettings.read("{\"store\": \"sql\", \"url\": \"jdbc:h2:{home}/registry/sql\"}", home);

        assertThat(settings.shown()).isEqualTo("sql, jdbc:h2:{home}/registry/sql");
        assertThat(settings.sql().orElseThrow().url()).isEqualTo("jdbc:h2:" + home + "/registry/sql");
        assertThat(settings.sql().orElseThrow().dialect()).isEqualTo(Dialect.H2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "| wrong",
                "{ | wrong",
                "[] | store",
                "{} | store",
                "{'store': 'sq1'} | store",
                "{'store': 'SQL'} | store",
                "{'store': 'file', 'url': 'jdbc:h2:x'} | [url] is not known",
                "{'store': 'sql'} | url",
                "{'store': 'sql', 'url': 7} | url",
                "{'store': 'sql', 'url': ' '} | url",
                "{'store': 'sql', 'url': 'jdbc:mysql://x/y'} | jdbc:postgresql:",
                "{'store': 'sql', 'url': 'jdbc:h2:mem:x'} | keeps nothing",
                "{'store': 'sql', 'url': 'JDBC:H2:MEM:x'} | keeps nothing",
                "{'store': 'sql', 'url': 'jdbc:h2:x', 'usr': 'x'} | [usr] is not known",
                "{'store': 'sql', 'url': 'jdbc:h2:x', 'user': ''} | user",
                "{'store': 'sql', 'url': 'jdbc:h2:x', 'drivers': 'a.jar'} | drivers",
                "{'store': 'sql', 'url': 'jdbc:h2:x', 'drivers': [1]} | drivers",
                "{'store': 'sql', 'url': 'jdbc:h2:x', 'password_file': {}} | password_file",
            })
    @DisplayName("are refused when something is wrong, and no other store is taken instead")
    void wrong(String json, String message) throws IOException {
        Files.createDirectories(home.resolve("registry"));
        Files.writeString(home.resolve(StoreSettings.FILE), json == null ? "" : json.replace('\'', '"'));

        assertThatThrownBy(() -> StoreSettings.in(home))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("store.json")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h/d?user=u&password=geheim",
        "jdbc:postgresql://h/d?sslpassword=geheim",
        "jdbc:h2:/x;PASSWORD=geheim",
    })
    @DisplayName("hold no password, and the refusal does not show it")
    void passwords(String url) {
        assertThatThrownBy(() -> StoreSettings.read("{\"store\": \"sql\", \"url\": \"" + url + "\"}", home))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("password_file")
                .hasMessageNotContaining("geheim");
    }

    @Test
    @DisplayName("have 64 KiB at most")
    void size() throws IOException {
        Files.createDirectories(home.resolve("registry"));
        String settings = "{\"store\": \"memory\"}";
        Files.writeString(
                home.resolve(StoreSettings.FILE), settings + " ".repeat(StoreSettings.MAX_BYTES - settings.length()));
        assertThat(StoreSettings.in(home).kind()).isEqualTo(StoreSettings.Kind.MEMORY);

        Files.writeString(
                home.resolve(StoreSettings.FILE),
                settings + " ".repeat(StoreSettings.MAX_BYTES - settings.length() + 1));
        assertThatThrownBy(() -> StoreSettings.in(home))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("65536");
    }
}
