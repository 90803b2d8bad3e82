package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Limits of the operating system on one process and its children, set by {@code prlimit} and {@code setpriv} of util-linux. */
final class Limiter {
    static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private static final String THREADS = "Threads:";

    private Limiter() {}

    static boolean isThere() {
        return Files.isExecutable(SETPRIV) && Files.isExecutable(PRLIMIT);
    }

    /** @param counted whether processes are counted for this worker's account alone, so that they can be limited */
    static List<String> limits(WorkerSettings settings, boolean counted) {
        List<String> command = new ArrayList<>(List.of(
                PRLIMIT.toString(),
                "--nofile=" + settings.files(),
                "--fsize=" + ((long) settings.fileSize() << 20),
                "--core=0"));
        if (counted) {
            command.add("--nproc=" + settings.processes());
        }
        command.add("--");
        return command;
    }

    /** How many threads a process has; 0 if it is gone. */
    static int threads(long process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process), "status"))) {
            return lines.filter(line -> line.startsWith(THREADS))
                    .mapToInt(line ->
                            Integer.parseInt(line.substring(THREADS.length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}
