package org.sallyport.gateway.internal.cases;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder in which a case's audit output lies; removed at the end. */
final class CaseFolder implements AutoCloseable {
    private static final long MAX_LOG = 64L << 20;
    private static final int WAIT_MILLIS = 2_000;

    private final Path folder;

    CaseFolder() throws IOException {
        folder = Files.createTempDirectory("sallyport-case").toRealPath();
    }

    String path() {
        return folder.toString();
    }

    /** Gives auditors that do not stop the message some time to write. */
    void awaitLog() throws IOException {
        long end = System.nanoTime() + WAIT_MILLIS * 1_000_000L;
        try {
            while (log().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that was written, in the order of the files' names. */
    String log() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path file : files()) {
            if (Files.isRegularFile(file)) {
                if (Files.size(file) + text.length() > MAX_LOG) {
                    throw new IOException("the audit output is longer than " + MAX_LOG + " bytes");
                }
                text.append(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted().toList();
        }
    }

    @Override
    public void close() throws IOException {
        for (Path file : files().stream().sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
        }
    }
}
