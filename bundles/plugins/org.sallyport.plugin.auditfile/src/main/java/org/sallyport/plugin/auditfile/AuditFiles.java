package org.sallyport.plugin.auditfile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.sallyport.api.config.SettingsException;

/**
 * The audit files of one plugin: whoever writes to the same file, by its real path, shares one writer. A file is rotated
 * at {@value #LIMIT} bytes, and {@value #KEPT} former ones are kept. Thread-safe.
 */
public final class AuditFiles {
    /** Bytes from which on a file is rotated: 10 MiB. */
    public static final long LIMIT = 10L << 20;

    /** How many former files are kept. */
    public static final int KEPT = 5;

    /** How long a file that somebody else moved away or removed may still be written to, at most. */
    public static final Duration LOOK = Duration.ofMillis(100);

    private final long limit;
    private final int kept;
    private final Duration look;
    private final Map<Path, Shared> open = new HashMap<>();

    /** With the usual limits. */
    public AuditFiles() {
        this(LIMIT, KEPT, LOOK);
    }

    AuditFiles(long limit, int kept, Duration look) {
        this.limit = limit;
        this.kept = kept;
        this.look = look;
    }

    /**
     * Where a setting points: a relative path is meant relative to the plugin's folder and may not leave it. Touches
     * nothing.
     *
     * @param setting the setting's JSON Pointer, for the message
     */
    public static Path resolve(Path dataFolder, String setting, String value) {
        if (value.isBlank()) {
            throw new SettingsException(setting, "[" + value + "] is no file: give a name such as [audit.log]");
        }
        try {
            Path given = Path.of(value);
            Path path = dataFolder.resolve(given).normalize();
            if (path.equals(dataFolder.normalize())) {
                throw new SettingsException(
                        setting,
                        "[" + Printable.oneLine(value) + "] is the plugin's folder: give a name such as [audit.log]");
            } else if (!given.isAbsolute() && !path.startsWith(dataFolder.normalize()) || path.getFileName() == null) {
                throw new SettingsException(
                        setting,
                        "[" + Printable.oneLine(value)
                                + "] leaves the plugin's folder: give an absolute path for a file" + " elsewhere");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new SettingsException(
                    setting, "[" + Printable.oneLine(value) + "] is no file name: " + e.getReason());
        }
    }

    /**
     * A log in a file. Nothing is opened or made before its first line.
     *
     * @param header the first line of each new file, without its end; empty for none. Who comes first to a file decides.
     */
    public AuditLog log(Path file, String header) {
        return new AuditLog(this, file, header);
    }

    RotatingFile acquire(Path file, String header) throws IOException {
        Path real = realPath(file);
        synchronized (open) {
            Shared shared = open.computeIfAbsent(
                    real, path -> new Shared(new RotatingFile(path, line(header), limit, kept, look)));
            shared.users++;
            return shared.file;
        }
    }

    void release(RotatingFile file) throws IOException {
        boolean last;
        synchronized (open) {
            last = open.values().removeIf(shared -> shared.file == file && --shared.users == 0);
        }
        if (last) {
            file.close();
        }
    }

    private static byte[] line(String header) {
        return header.isEmpty() ? new byte[0] : (header + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Path realPath(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new FileSystemException(file.toString(), null, "it is a folder");
        }
        Files.createDirectories(parent);
        return Files.exists(file) ? file.toRealPath() : parent.toRealPath().resolve(file.getFileName());
    }

    private static final class Shared {
        private final RotatingFile file;
        private int users;

        private Shared(RotatingFile file) {
            this.file = file;
        }
    }
}
