package org.sallyport.registry.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.registry.internal.RegistryStoreContract;
import org.sallyport.spi.registry.RegistryStore;

/** What every database does beside what every store does. */
abstract class SqlRegistryStoreContract extends RegistryStoreContract {
    private static final List<List<String>> FIRST = Schema.CURRENT.migrations();

    /** What a later Sallyport may want. */
    private static final Schema LATER = with(List.of(
            "ALTER TABLE sallyport_registry ADD COLUMN IF NOT EXISTS changed_by VARCHAR(100)",
            "CREATE TABLE IF NOT EXISTS sallyport_later (id INT PRIMARY KEY)"));

    SqlSettings settings;

    /** Settings of a database with nothing in it. */
    abstract SqlSettings newDatabase() throws Exception;

    /** As an administrator of the database would. */
    abstract Connection administrator() throws SQLException;

    @Override
    protected RegistryStore create() throws Exception {
        settings = newDatabase();
        return new SqlRegistryStore(settings);
    }

    @Override
    protected RegistryStore reopened() throws IOException {
        store.close();
        store = new SqlRegistryStore(settings);
        return store;
    }

    private static Schema with(List<String> migration) {
        List<List<String>> all = new ArrayList<>(FIRST);
        all.add(migration);
        return new Schema(all);
    }

    void administrate(String... statements) throws SQLException {
        try (Connection connection = administrator()) {
            Schema.run(connection, List.of(statements));
        }
    }

    private long number(String query) throws SQLException {
        try (Connection connection = administrator();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** {@code -Drace.rounds=1000} for what happens once in hundreds of times. */
    @Test
    @DisplayName(
            "loses nothing when two stores on the same database raise one counter, 4 threads each, again and again")
    void twoStores() throws Exception {
        for (int round = 0; round < Integer.getInteger("race.rounds", 3); round++) {
            twoStores("counter" + round);
        }
    }

    private void twoStores(String counter) throws Exception {
        int each = 15;
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (SqlRegistryStore other = new SqlRegistryStore(settings)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RegistryStore mine = i % 2 == 0 ? store : other;
                Callable<Void> raise = () -> {
                    for (int n = 0; n < each; n++) {
                        raise(mine, counter);
                    }
                    return null;
                };
                done.add(pool.submit(raise));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(reopened().get(counter).orElseThrow().value()).isEqualTo(Document.of(8 * each));
    }

    @Test
    @DisplayName("sees what another store wrote, and tells who watches; also of what it removed")
    void seesOthers() throws Exception {
        long mine = store.compareAndSet("mine", 0, Document.of(1)).orElseThrow();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (SqlRegistryStore other = new SqlRegistryStore(settings)) {
            store.watch(keys -> told.addAll(keys));
            assertThat(other.compareAndSet("theirs", 0, Document.of(2))).isPresent();
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("theirs");
            assertThat(store.get("theirs").orElseThrow().value()).isEqualTo(Document.of(2));

            assertThat(other.compareAndSet("mine", mine, Document.NULL)).isPresent();
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("mine");
            assertThat(store.get("mine")).isEmpty();
        }
    }

    @Test
    @DisplayName("sees at once what another store wrote when it came too late itself, or wrote between")
    void catchesUp() throws Exception {
        try (SqlRegistryStore other = new SqlRegistryStore(settings)) {
            long theirs = other.compareAndSet("k", 0, Document.of("theirs")).orElseThrow();
            assertThat(store.compareAndSet("k", 0, Document.of("mine"))).isEmpty();
            assertThat(store.get("k")).contains(new RegistryStore.Entry(theirs, Document.of("theirs")));

            other.compareAndSet("l", 0, Document.of("theirs")).orElseThrow();
            store.compareAndSet("m", 0, Document.of("mine")).orElseThrow();
            assertThat(store.compareAndSet("l", 0, Document.of("mine"))).isEmpty();
            assertThat(store.all()).isEqualTo(reopened().all()).hasSize(3);
        }
    }

    @Test
    @DisplayName("comes to an end when the database was restored from a copy of before, and written to since")
    void restored() throws Exception {
        long first = store.compareAndSet("k", 0, Document.of("old")).orElseThrow();
        long second = store.compareAndSet("k", first, Document.of("new")).orElseThrow();
        administrate(
                "UPDATE sallyport_registry SET revision = " + first + ", entry_value = '\"old\"' WHERE entry_key = 'k'",
                "UPDATE sallyport_registry_state SET counter = " + (second + 5));

        assertThat(store.compareAndSet("k", second, Document.of("newer"))).isEmpty();
        assertThat(store.get("k")).contains(new RegistryStore.Entry(first, Document.of("old")));
        assertThat(store.compareAndSet("k", first, Document.of("newer"))).contains(second + 6);
    }

    @Test
    @DisplayName("brings tables to the next version and keeps what is in them")
    void migrates() throws Exception {
        long revision = store.compareAndSet("k", 0, Document.of("v")).orElseThrow();
        store.close();

        try (SqlRegistryStore later = new SqlRegistryStore(settings, LATER, UnaryOperator.identity())) {
            assertThat(later.get("k")).contains(new RegistryStore.Entry(revision, Document.of("v")));
            assertThat(later.compareAndSet("k", revision, Document.of("w"))).isPresent();
        }
        assertThat(number("SELECT schema_version FROM sallyport_registry_state"))
                .isEqualTo(2);
        assertThat(number("SELECT count(*) FROM sallyport_later")).isZero();
    }

    @Test
    @DisplayName("begins a migration again that was interrupted half-way, wherever")
    void interruptedMigration() throws Exception {
        store.compareAndSet("k", 0, Document.of("v")).orElseThrow();
        store.close();
        List<String> statements = LATER.migrations().get(1);
        for (int after = 0; after <= statements.size(); after++) {
            List<String> broken = new ArrayList<>(statements.subList(0, after));
            broken.add("INSERT INTO sallyport_no_such_table VALUES (1)");

            assertThatThrownBy(() -> new SqlRegistryStore(settings, with(broken), UnaryOperator.identity()).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(settings.url());

            assertThat(number("SELECT schema_version FROM sallyport_registry_state"))
                    .isEqualTo(1);
            assertThat(reopened().get("k").orElseThrow().value())
                    .as("the version before goes on")
                    .isEqualTo(Document.of("v"));
            store.close();
        }
        try (SqlRegistryStore later = new SqlRegistryStore(settings, LATER, UnaryOperator.identity())) {
            assertThat(later.get("k").orElseThrow().value()).isEqualTo(Document.of("v"));
        }
        assertThat(number("SELECT schema_version FROM sallyport_registry_state"))
                .isEqualTo(2);
    }

    @Test
    @DisplayName("makes its tables though the first attempt ended anywhere between")
    void interruptedBeginning() throws Exception {
        store.close();
        List<String> all = List.of(
                "CREATE TABLE sallyport_registry_state (id INT PRIMARY KEY, schema_version INT NOT NULL, counter BIGINT NOT NULL)",
                "INSERT INTO sallyport_registry_state VALUES (1, 0, 0)",
                FIRST.get(0).get(0),
                FIRST.get(0).get(1));
        for (int after = 1; after <= all.size(); after++) {
            administrate("DROP TABLE sallyport_registry_state", "DROP TABLE IF EXISTS sallyport_registry");
            administrate(all.subList(0, after).toArray(String[]::new));

            assertThat(reopened().compareAndSet("k" + after, 0, Document.TRUE)).isPresent();
            store.close();
        }
    }

    @Test
    @DisplayName("lets several processes make or migrate the tables at the same time")
    void migrateAtOnce() throws Exception {
        store.compareAndSet("k", 0, Document.of("v")).orElseThrow();
        store.close();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<SqlRegistryStore>> opening = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                opening.add(pool.submit(() -> new SqlRegistryStore(settings, LATER, UnaryOperator.identity())));
            }
            for (Future<SqlRegistryStore> one : opening) {
                try (SqlRegistryStore open = one.get()) {
                    assertThat(open.get("k").orElseThrow().value()).isEqualTo(Document.of("v"));
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName("refuses tables of a newer Sallyport, and changes nothing")
    void newerSchema() throws Exception {
        store.compareAndSet("k", 0, Document.of("v")).orElseThrow();
        store.close();
        administrate("UPDATE sallyport_registry_state SET schema_version = 9");

        assertThatThrownBy(() -> new SqlRegistryStore(settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer Sallyport")
                .hasMessageContaining("version [9]")
                .hasMessageContaining("up to [1]");

        assertThat(number("SELECT schema_version FROM sallyport_registry_state"))
                .isEqualTo(9);
        assertThat(number("SELECT counter FROM sallyport_registry_state")).isEqualTo(1);
        assertThat(number("SELECT count(*) FROM sallyport_registry")).isEqualTo(1);
    }

    @Test
    @DisplayName("writes no more when the tables were migrated by another one while it ran, and reads on")
    void migratedMeanwhile() throws Exception {
        long revision = store.compareAndSet("k", 0, Document.of("v")).orElseThrow();
        administrate("UPDATE sallyport_registry_state SET schema_version = 2");

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> store.compareAndSet("k", revision, Document.of("w")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("version");
        }

        assertThat(store.get("k").orElseThrow().value()).isEqualTo(Document.of("v"));
        assertThat(number("SELECT counter FROM sallyport_registry_state")).isEqualTo(1);
    }

    @Test
    @DisplayName("says which value is no JSON, and that nothing else is wrong with it when that was mended")
    void damagedValue() throws Exception {
        store.compareAndSet("k", 0, Document.of("v")).orElseThrow();
        store.close();
        administrate("UPDATE sallyport_registry SET entry_value = '{'");
        assertThatThrownBy(() -> new SqlRegistryStore(settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("[k]");
        administrate("UPDATE sallyport_registry SET entry_value = '1'");

        assertThat(reopened().get("k").orElseThrow().value()).isEqualTo(Document.of(1));
    }

    /** When a commit fails. */
    private enum Break {
        NOT,
        BEFORE,
        AFTER
    }

    /** Connections whose next commit by this thread fails, before or after it is done, when it is said so. */
    private static UnaryOperator<Connection> breaking(AtomicReference<Break> when) {
        Thread tester = Thread.currentThread();
        return connection -> (Connection) Proxy.newProxyInstance(
                SqlRegistryStoreContract.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    Break now = method.getName().equals("commit") && Thread.currentThread() == tester
                            ? when.getAndSet(Break.NOT)
                            : Break.NOT;
                    if (now == Break.BEFORE) {
                        throw new SQLException("the line is cut");
                    }
                    try {
                        Object result = method.invoke(connection, arguments);
                        if (now == Break.AFTER) {
                            throw new SQLException("the line is cut");
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    @DisplayName("finds out what came of a commit that did not answer")
    void unknownCommit() throws Exception {
        AtomicReference<Break> when = new AtomicReference<>(Break.NOT);
        try (SqlRegistryStore breaking = new SqlRegistryStore(settings, Schema.CURRENT, breaking(when))) {
            when.set(Break.AFTER);
            long first = breaking.compareAndSet("k", 0, Document.of(1)).orElseThrow();
            assertThat(breaking.get("k")).contains(new RegistryStore.Entry(first, Document.of(1)));

            when.set(Break.BEFORE);
            assertThatThrownBy(() -> breaking.compareAndSet("k", first, Document.of(2)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing was written");
            assertThat(breaking.get("k")).contains(new RegistryStore.Entry(first, Document.of(1)));

            when.set(Break.BEFORE);
            assertThatThrownBy(() -> breaking.compareAndSet("k", first, Document.NULL))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing was written");
            when.set(Break.AFTER);
            assertThat(breaking.compareAndSet("k", first, Document.NULL)).isPresent();
            assertThat(breaking.get("k")).isEmpty();
        }
        assertThat(reopened().all()).isEmpty();
    }
}
