package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Tries a jail with a program that does nothing. */
final class Probe {
    private static final int SECONDS = 60;
    private static final int MAX_WORDS = 2_000;

    private Probe() {}

    /** @throws IOException if nothing runs in it; says why */
    static void run(Jail jail) throws IOException {
        Path nothing = Files.createTempDirectory("sallyport-probe");
        try {
            Spec spec = new Spec("probe", nothing, List.of(), List.of(), false);
            jail.prepare(spec, nothing);
            List<String> command = jail.wrap(spec, nothing, nothing, List.of(Limiter.PRLIMIT.toString(), "--version"));
            Process process = jail.start(spec, nothing, nothing, command);
            process.getOutputStream().close();
            // What it says fits into the pipe; one that hangs may hold the pipe for ever.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("it did not end in [" + SECONDS
                        + "] seconds when it was tried; start again when the machine is less busy");
            }
            try (var said = process.getInputStream()) {
                byte[] words = said.readNBytes(MAX_WORDS);
                if (process.exitValue() != 0) {
                    throw new IOException(
                            "it does not work here: " + new String(words, StandardCharsets.UTF_8).strip());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("nobody waited for its trial", e);
        } finally {
            Files.deleteIfExists(nothing);
        }
    }
}
