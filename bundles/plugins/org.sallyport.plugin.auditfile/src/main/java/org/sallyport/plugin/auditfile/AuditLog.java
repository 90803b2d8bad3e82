package org.sallyport.plugin.auditfile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.PluginException;

/** Lines in a file, as one auditor writes them. Thread-safe. */
public final class AuditLog implements AutoCloseable {
    private final AuditFiles files;
    private final Path path;
    private final String header;
    private volatile @Nullable RotatingFile file;
    private boolean closed;

    AuditLog(AuditFiles files, Path path, String header) {
        this.files = files;
        this.path = path;
        this.header = header;
    }

    /**
     * Appends a line and gives it to the operating system.
     *
     * @param line without its end, and without line feeds
     * @throws PluginException with the code {@code audit_write_failed} if it could not be written; the next call tries
     *     again from the beginning
     */
    public void append(String line) {
        append((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The same as {@link #append(String)}.
     *
     * @param line in UTF-8, with a line feed at its end and nowhere else; not changed afterwards
     */
    public void append(byte[] line) {
        try {
            opened().append(line);
        } catch (IOException | SecurityException e) {
            throw new PluginException(
                    "audit_write_failed",
                    "A record could not be written to the audit file [" + path + "]: " + e.getMessage()
                            + ". Check that the folder exists, may be written to and has space; the next record tries"
                            + " again",
                    e);
        }
    }

    private RotatingFile opened() throws IOException {
        RotatingFile known = file;
        return known != null ? known : acquire();
    }

    private synchronized RotatingFile acquire() throws IOException {
        if (closed) {
            throw new IOException("the writer was closed");
        }
        RotatingFile known = file;
        if (known == null) {
            known = files.acquire(path, header);
            file = known;
        }
        return known;
    }

    /** Gives the file back; it is closed when nobody writes to it any more. */
    @Override
    public void close() throws IOException {
        RotatingFile used;
        synchronized (this) {
            used = file;
            if (closed) {
                return;
            }
            closed = true;
        }
        if (used != null) {
            files.release(used);
        }
    }
}
