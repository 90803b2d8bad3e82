package org.sallyport.registry.internal.sql;

import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.sallyport.api.document.Document;
import org.sallyport.registry.internal.Snapshot;
import org.sallyport.registry.internal.Watchers;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the entries in a database that several processes may use. Reads are answered from a copy, so they cost nothing and
 * go on while the database is away; a write goes to the database or fails. Every second the database is asked for its
 * counter, and for all above it that is not known yet.
 *
 * <p>Thread-safe; a read takes no lock, writes wait for each other.
 */
public final class SqlRegistryStore implements RegistryStore {
    private static final Logger log = LoggerFactory.getLogger(SqlRegistryStore.class);

    /** How often the database is asked whether somebody else wrote. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final SqlSettings settings;
    private final Tables tables;

    /** Its lock is held while the database is talked to. */
    private final Database database;

    private final Watchers watchers = new Watchers();
    private final ScheduledExecutorService thread;
    private volatile Snapshot known = Snapshot.EMPTY;
    private volatile boolean closed;
    private boolean away;

    /** @throws IOException if the database cannot be reached, or belongs to a newer Sallyport */
    public SqlRegistryStore(SqlSettings settings) throws IOException {
        this(settings, Schema.CURRENT, UnaryOperator.identity(), new Growth());
    }

    /** @param wrapper of each connection */
    SqlRegistryStore(SqlSettings settings, Schema schema, UnaryOperator<Connection> wrapper) throws IOException {
        this(settings, schema, wrapper, new Growth());
    }

    /** @param wrapper of each connection */
    SqlRegistryStore(SqlSettings settings, Schema schema, UnaryOperator<Connection> wrapper, Growth growth)
            throws IOException {
        this.settings = settings;
        tables = new Tables(schema.version());
        database = new Database(settings, schema, wrapper, growth);
        try {
            refresh(Snapshot.EMPTY);
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "sallyport-registry-sql");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Map<String, Entry> all() throws IOException {
        checkOpen();
        return known.entries();
    }

    @Override
    public Optional<Entry> get(String key) throws IOException {
        checkOpen();
        return Optional.ofNullable(known.entries().get(key));
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("The registry is closed");
        }
    }

    @Override
    public Watch watch(Watcher watcher) {
        return watchers.add(watcher);
    }

    @Override
    public Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
        String json = Snapshot.check(key, value);
        Optional<String> written = value.isNull() ? Optional.empty() : Optional.of(json);
        synchronized (database) {
            checkOpen();
            Optional<Long> revision;
            try {
                revision = database.write(connection -> tables.write(connection, key, expected, written));
            } catch (Database.UnknownException e) {
                revision = foundOut(key, expected, value, e);
            }
            if (revision.isPresent()) {
                took(revision.get(), key, value);
            } else {
                catchUp(key, expected);
            }
            return revision;
        }
    }

    /**
     * The commit did not answer, so what is there has to tell. What is there exactly as it was to be, with a newer revision
     * than was expected, counts as written: nobody can see a difference.
     */
    private Optional<Long> foundOut(String key, long expected, Document value, Database.UnknownException unknown)
            throws IOException {
        try {
            refresh(known);
        } catch (IOException e) {
            throw new IOException(
                    "it is not known whether [" + key + "] was written: " + unknown.getMessage() + ", and then "
                            + e.getMessage(),
                    unknown);
        }
        Optional<Entry> now = Optional.ofNullable(known.entries().get(key));
        boolean there = value.isNull()
                ? now.isEmpty() && expected != ABSENT
                : now.filter(entry ->
                                entry.revision() > expected && entry.value().equals(value))
                        .isPresent();
        if (!there) {
            throw new IOException("nothing was written: " + unknown.getMessage(), unknown);
        }
        return Optional.of(now.map(Entry::revision).orElse(known.counter()));
    }

    /** A write of our own is seen at once, whatever happens next. */
    private void took(long revision, String key, Document value) {
        Map<String, Entry> entries = new TreeMap<>(known.entries());
        if (value.isNull()) {
            entries.remove(key);
        } else {
            entries.put(key, new Entry(revision, value));
        }
        // If others wrote between, the counter stays, so that the next look finds what they wrote.
        known = new Snapshot(revision == known.counter() + 1 ? revision : known.counter(), entries);
        watchers.changed(Set.of(key));
    }

    /** Somebody was faster, so the copy is old. */
    private void catchUp(String key, long expected) throws IOException {
        refresh(known);
        if (Optional.ofNullable(known.entries().get(key)).map(Entry::revision).orElse(ABSENT) == expected) {
            // Not by its revisions: that is a database that was restored, and written to since.
            refresh(Snapshot.EMPTY);
        }
    }

    private void look() {
        try {
            synchronized (database) {
                if (closed) {
                    return;
                }
                if (database.read(tables::counter) != known.counter()) {
                    refresh(known);
                }
            }
            if (away) {
                away = false;
                log.info("The registry's database [{}] is back", settings.url());
            }
        } catch (IOException e) {
            if (!away) {
                away = true;
                log.error(
                        "The registry's database does not answer, so what runs goes on, and changes are refused: {}",
                        e.getMessage());
            }
        } catch (RuntimeException e) {
            log.error("The registry's database could not be looked at", e);
        }
    }

    /**
     * Brings the copy to what is there.
     *
     * @param base what is taken for known
     */
    private void refresh(Snapshot base) throws IOException {
        synchronized (database) {
            Snapshot before = known;
            Snapshot after = database.read(connection -> tables.read(connection, base));
            Set<String> changed = new HashSet<>(before.entries().keySet());
            changed.addAll(after.entries().keySet());
            changed.removeIf(key -> {
                Entry entry = before.entries().get(key);
                return entry != null && entry.equals(after.entries().get(key));
            });
            known = after;
            watchers.changed(changed);
        }
    }

    @Override
    public void close() {
        synchronized (database) {
            closed = true;
            thread.shutdown();
            watchers.close();
            database.close();
        }
    }
}
