package org.sallyport.registry.internal.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The databases that are known, and in what they differ. */
public enum Dialect {
    /** H2, embedded: one process at a time, by its own lock on the file. */
    H2(
            "jdbc:h2:",
            // A commit is written at once, not half a second later; and behind all that is there: where H2 puts it into
            // free space, it may not find it again if the process ends before it was closed.
            ";WRITE_DELAY=0;LOCK_TIMEOUT=10000;REUSE_SPACE=FALSE;MAX_COMPACT_TIME=0",
            Map.of(),
            // And is on the disk when it was acknowledged: without this it would outlive the process, not a loss of
            // power.
            List.of("CHECKPOINT SYNC"),
            List.of(),
            Optional.of(new Rewriting(
                    "SELECT CAST(SETTING_VALUE AS BIGINT) FROM INFORMATION_SCHEMA.SETTINGS"
                            + " WHERE SETTING_NAME = 'info.FILE_SIZE'",
                    "SHUTDOWN COMPACT")),
            // Of two that wait for one row, one may go on with what the row was before (2.5.252).
            true),
    /** PostgreSQL 12 or later. */
    POSTGRESQL(
            "jdbc:postgresql:",
            "",
            Map.of("ApplicationName", "Sallyport", "connectTimeout", "5", "loginTimeout", "5", "tcpKeepAlive", "true"),
            List.of(),
            // Any number, as long as it is the same: only one process at a time changes the schema.
            List.of("SELECT pg_advisory_xact_lock(7265676973747279)"),
            // It tidies up by itself.
            Optional.empty(),
            false);

    private final String prefix;
    private final String settings;
    final Map<String, String> properties;
    final List<String> afterCommit;
    final List<String> beforeMigration;
    final Optional<Rewriting> rewriting;

    /** Whether transactions of one process come one after the other, as they lose changes of each other where they meet. */
    final boolean inTurn;

    /**
     * How a database that only ever grows is made small again.
     *
     * @param size a query for its bytes on the disk
     * @param statement one that writes it anew, after which the connection is closed; the end of the process leaves
     *     the old file or the new one
     */
    record Rewriting(String size, String statement) {}

    Dialect(
            String prefix,
            String settings,
            Map<String, String> properties,
            List<String> afterCommit,
            List<String> beforeMigration,
            Optional<Rewriting> rewriting,
            boolean inTurn) {
        this.prefix = prefix;
        this.settings = settings;
        this.properties = properties;
        this.afterCommit = afterCommit;
        this.beforeMigration = beforeMigration;
        this.rewriting = rewriting;
        this.inTurn = inTurn;
    }

    /** The one that a JDBC URL is about; empty if none of them. */
    public static Optional<Dialect> of(String url) {
        return Arrays.stream(values())
                .filter(one -> url.toLowerCase(Locale.ROOT).startsWith(one.prefix))
                .findFirst();
    }

    /** The URL to connect to, with what has to hold; it comes last, and H2 refuses a setting that is there twice. */
    String complete(String url) {
        return url + settings;
    }
}
