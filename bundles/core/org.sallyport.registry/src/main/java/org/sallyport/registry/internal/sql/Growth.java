package org.sallyport.registry.internal.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a database that only ever grows written anew when it has become large: when it is opened, and after every so many
 * changes. Not thread-safe.
 */
final class Growth {
    /** Bytes from which on it is large; it also has to be four times of what it was when it was written anew. */
    private static final long LARGE = 64L << 20;

    private static final int OFTEN = 1_000;
    private static final int TIMES = 4;

    private static final Logger log = LoggerFactory.getLogger(Growth.class);

    private final long large;
    private final int often;
    private int changes;
    private long least;
    private boolean fresh;

    Growth() {
        this(LARGE, OFTEN);
    }

    /**
     * @param large bytes
     * @param often changes from one look to the next
     */
    Growth(long large, int often) {
        this.large = large;
        this.often = often;
    }

    /** Counts a change; returns whether it is time to {@linkplain #shrinks look}. */
    boolean changed() {
        changes++;
        return changes >= often;
    }

    /**
     * Looks how large it is.
     *
     * @return whether it was written anew; then the connection is of no use any more
     */
    boolean shrinks(Connection connection, Dialect dialect) throws SQLException {
        changes = 0;
        Dialect.Rewriting how = dialect.rewriting.orElse(null);
        if (how == null) {
            return false;
        }
        long size = size(connection, how);
        if (fresh) {
            least = size;
            fresh = false;
        }
        if (size < Math.max(large, TIMES * least)) {
            return false;
        }
        Schema.run(connection, List.of(how.statement()));
        fresh = true;
        log.info("The registry's database had [{}] bytes and was written anew", size);
        return true;
    }

    private static long size(Connection connection, Dialect.Rewriting how) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(how.size())) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
