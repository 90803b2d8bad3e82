package org.sallyport.launcher.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes a class data archive (JEP 350), with which Java starts Sallyport faster, and says how to use it: no manifest can
 * name it. A Sallyport of its own is started for that, in a home folder that is gone afterwards, and ended as soon as it is up;
 * one that runs is not touched.
 */
@Command(
        name = "class-archive",
        mixinStandardHelpOptions = true,
        description = "Writes a class data archive, with which Java starts faster, and shows how to use it.")
public final class ClassArchiveCommand implements Callable<Integer> {
    /** The archive in the home folder. */
    static final String NAME = "sallyport.jsa";

    /** First Java that keeps such an archive by itself (JDK-8261455). */
    private static final int BY_ITSELF = 19;

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration END_LIMIT = Duration.ofMinutes(2);

    @Option(names = "--home", paramLabel = "DIR", description = "Home folder (default: ${DEFAULT-VALUE}).")
    private Path home = Path.of("sallyport-home");

    @Override
    public Integer call() throws Exception {
        Path archive = home.toAbsolutePath().normalize().resolve(NAME);
        try {
            Path jar = jar();
            Files.createDirectories(archive.getParent());
            Path temporary = archive.resolveSibling(NAME + ".tmp");
            HomeFolder scratch = HomeFolder.scratch();
            try {
                write(jar, scratch.path(), temporary);
                Files.move(temporary, archive, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
                scratch.close();
            }
            System.out.println(advice(archive, jar, Runtime.version().feature()));
            return 0;
        } catch (IOException e) {
            System.err.println("No class archive was written: " + e.getMessage());
            return 1;
        }
    }

    private static Path jar() throws IOException {
        try {
            Path jar = Path.of(ClassArchiveCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isRegularFile(jar)) {
                return jar;
            }
            throw new IOException("[" + jar + "] is no jar; run it as 'java -jar sallyport.jar class-archive'");
        } catch (URISyntaxException e) {
            throw new IOException("the place of the jar is not known", e);
        }
    }

    /** What to do with the archive. */
    static String advice(Path archive, Path jar, int java) {
        String text = "Wrote " + archive + ". Java ignores it when Java or the jar is another one; write it anew then."
                + System.lineSeparator() + "Start with: java -XX:SharedArchiveFile=" + archive + " -jar " + jar;
        return java < BY_ITSELF
                ? text
                : text + System.lineSeparator() + "or let Java " + BY_ITSELF
                        + " and later keep it up to date: java -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile="
                        + archive + " -jar " + jar;
    }

    private static void write(Path jar, Path home, Path archive) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ArchiveClassesAtExit=" + archive,
                "-Xlog:cds=error,cds+dynamic=error",
                "-jar",
                jar.toString(),
                "run",
                "--home",
                home.toString(),
                "--port",
                "0"));
        Process process = command.redirectErrorStream(true).start();
        try {
            CompletableFuture<String> up = new CompletableFuture<>();
            Thread reader = new Thread(() -> read(process, up), "sallyport-class-archive");
            reader.setDaemon(true);
            reader.start();
            String said = up.completeOnTimeout("it was not up in time", START_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
            // The archive is written when the process ends in order.
            process.destroy();
            if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the process did not end within [" + END_LIMIT.toSeconds() + "] s");
            } else if (!Files.exists(archive)) {
                throw new IOException("Java left none; the last line was [" + said + "]");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** Reads all the process says, so that it never waits for a reader; completes with the line that says that it is up. */
    private static void read(Process process, CompletableFuture<String> up) {
        String last = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line;
                if (line.startsWith(RunCommand.GREETING)) {
                    up.complete(line);
                }
            }
        } catch (IOException e) {
            last = String.valueOf(e.getMessage());
        } finally {
            up.complete(last);
        }
    }
}
