package org.sallyport.audit.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** The lines of one audit file, as far as it went when it was opened. Not thread-safe. */
final class Lines implements Closeable {
    /** Most bytes of a line; records are shorter by their own bounds. Of a longer line the rest is skipped. */
    static final int MAX_LINE = 4 << 20;

    private final Path file;
    private final InputStream in;
    private long left;
    private int number;
    private byte[] line = {};

    Lines(Path file) throws IOException {
        this.file = file;
        left = Files.size(file);
        in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    /** Goes to the next line; false behind the last one. */
    boolean next() throws IOException {
        if (left == 0) {
            return false;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        int next = -1;
        while (left > 0) {
            next = in.read();
            left = next < 0 ? 0 : left - 1;
            if (next < 0 || next == '\n') {
                break;
            }
            if (bytes.size() < MAX_LINE) {
                bytes.write(next);
            }
        }
        line = bytes.toByteArray();
        number++;
        return true;
    }

    /** The line's place in the chain; null if it is no record. */
    @Nullable Link link() {
        return Link.of(line, 0, line.length);
    }

    /** The line as a document; null if it is none. */
    @Nullable Document document() {
        try {
            return Json.read(line, 0, line.length);
        } catch (JsonException e) {
            return null;
        }
    }

    /** Where it stands, for messages. */
    String place() {
        return "line [" + number + "] of [" + file.getFileName() + "]";
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
