package org.sallyport.launcher.internal.guard;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets what the guard is made of where the JVM was started without it, as inside an application. A JVM does not attach to itself, so
 * another one is started for a second; newer JVMs warn of it, and some are told not to let it. Then there is no guard, and that is
 * all.
 */
final class SelfAttach {
    private static final Logger log = LoggerFactory.getLogger(SelfAttach.class);
    private static final int SECONDS = 20;

    private SelfAttach() {}

    /** What the JVM gave at its start, or gives now; null if it does not. */
    static @Nullable Instrumentation instrumentation() {
        Instrumentation given = GuardAgent.take();
        if (given != null) {
            return given;
        }
        try {
            attach();
        } catch (IOException | RuntimeException e) {
            log.info("The guard's agent was not attached: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return GuardAgent.take();
    }

    private static void attach() throws IOException, InterruptedException {
        if (GuardAgent.class.getClassLoader() != ClassLoader.getSystemClassLoader()) {
            throw new IOException("the launcher is not on the application's class path");
        }
        Path jar = Files.createTempFile("sallyport-agent", ".jar");
        try {
            write(jar);
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            Process process = new ProcessBuilder(
                            java.toString(),
                            "--add-modules",
                            "jdk.attach",
                            "-Xshare:auto",
                            "-cp",
                            jar.toString(),
                            Attacher.class.getName(),
                            Long.toString(ProcessHandle.current().pid()),
                            jar.toString())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("it took more than [" + SECONDS + "] seconds");
            }
            if (process.exitValue() != 0) {
                throw new IOException(new String(process.getInputStream().readNBytes(2_000)).strip());
            }
        } finally {
            Files.deleteIfExists(jar);
        }
    }

    private static void write(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Agent-Class", GuardAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        attributes.putValue("Can-Redefine-Classes", "true");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest)) {
            entries.putNextEntry(
                    new java.util.zip.ZipEntry(Attacher.class.getName().replace('.', '/') + ".class"));
            entries.write(GateDefiner.bytes(Attacher.class));
            entries.closeEntry();
        }
    }
}
