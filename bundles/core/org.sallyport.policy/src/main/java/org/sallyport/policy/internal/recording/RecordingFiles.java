package org.sallyport.policy.internal.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.file.OwnerOnly;

/**
 * The files of a recording: {@value #NAME} is written, {@code NAME.1} is the one before, and so on. They and their folder belong to
 * their owner alone (0600, 0700). Used by one thread at a time.
 */
final class RecordingFiles implements AutoCloseable {
    /** The file that is written. */
    static final String NAME = "traffic.jsonl";

    private static final Set<OpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /**
     * How much is kept.
     *
     * @param fileBytes most bytes of a file; a message that is longer has one of its own
     * @param fileMessages most messages of a file
     * @param files most files
     */
    record Bounds(long fileBytes, long fileMessages, int files) {}

    private final Path folder;
    private final Bounds bounds;
    private @Nullable FileChannel out;
    private long bytes;
    private long messages;

    RecordingFiles(Path folder, Bounds bounds) {
        this.folder = folder;
        this.bounds = bounds;
    }

    /** The files that are there, oldest first. */
    static List<Path> in(Path folder) {
        List<Path> files = new ArrayList<>();
        for (int i = 0; Files.isRegularFile(at(folder, i), LinkOption.NOFOLLOW_LINKS); i++) {
            files.add(0, at(folder, i));
        }
        // While a file is moved on, the newest one is not there for a moment.
        if (files.isEmpty()) {
            for (int i = 1; Files.isRegularFile(at(folder, i), LinkOption.NOFOLLOW_LINKS); i++) {
                files.add(0, at(folder, i));
            }
        }
        return files;
    }

    private static Path at(Path folder, int age) {
        return folder.resolve(age == 0 ? NAME : NAME + "." + age);
    }

    /**
     * Adds a line.
     *
     * @param text without a line feed
     * @throws IOException if it could not be written; the next one is tried anew
     */
    void append(String text) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            FileChannel file = open();
            if (messages > 0 && (bytes + line.remaining() > bounds.fileBytes() || messages >= bounds.fileMessages())) {
                close();
                moveOn();
                file = open();
            }
            bytes += line.remaining();
            messages++;
            while (line.hasRemaining()) {
                file.write(line);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private FileChannel open() throws IOException {
        FileChannel file = out;
        if (file != null && file.isOpen()) {
            return file;
        }
        OwnerOnly.createFolder(folder);
        Path path = at(folder, 0);
        // What a process left that ended within a line stays a line of its own, which nobody can read.
        Lines.Count before = Lines.count(path);
        file = FileChannel.open(path, APPEND, OwnerOnly.file(path.getFileSystem()));
        out = file;
        bytes = file.size();
        messages = before.lines();
        file.position(bytes);
        if (before.torn()) {
            bytes += file.write(ByteBuffer.wrap(new byte[] {'\n'}));
            messages++;
        }
        return file;
    }

    private void moveOn() throws IOException {
        Files.deleteIfExists(at(folder, bounds.files() - 1));
        // Those beyond a bound that was lowered go, too.
        for (int i = bounds.files(); Files.deleteIfExists(at(folder, i)); i++) {}
        for (int i = bounds.files() - 2; i >= 0; i--) {
            if (Files.exists(at(folder, i), LinkOption.NOFOLLOW_LINKS)) {
                Files.move(at(folder, i), at(folder, i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel file = out;
        out = null;
        if (file != null) {
            file.close();
        }
    }
}
