package org.sallyport.policy.internal.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** What was recorded, read message by message; never more than one of them is in memory. */
public final class Recording {
    /** Longest line in bytes: the largest message that may be recorded, and what is said of it. */
    static final int MAX_LINE = (64 << 20) + (1 << 20);

    private final List<Path> files;

    private Recording(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** Is given what was read. */
    public interface Reader {
        /**
         * A line.
         *
         * @param place such as {@code traffic.jsonl:7}
         * @param message what it says; empty if it is no record of a message
         */
        void read(String place, Optional<Recorded> message);
    }

    /**
     * Finds a recording.
     *
     * @param place a file of it, or the folder of all of them
     * @throws NoSuchFileException if nothing is there
     */
    public static Recording at(Path place) throws NoSuchFileException {
        List<Path> files = Files.isDirectory(place) ? RecordingFiles.in(place) : List.of(place);
        if (files.isEmpty() || !Files.exists(files.get(0), LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(place.toString());
        }
        return new Recording(files);
    }

    /** Reads all of it, in the order in which it was recorded. */
    public void read(Reader reader) throws IOException {
        for (Path file : files) {
            read(file, reader);
        }
    }

    private static void read(Path file, Reader reader) throws IOException {
        try (Lines lines = new Lines(file, MAX_LINE)) {
            long number = 0;
            for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
                number++;
                reader.read(file.getFileName() + ":" + number, message(line));
            }
        }
    }

    private static Optional<Recorded> message(Lines.Line line) {
        byte[] utf8 = line.utf8();
        if (utf8 == null) {
            return Optional.empty();
        }
        try {
            return Recorded.of(Json.read(utf8));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
