package org.sallyport.worker.internal.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command line of a worker's virtual machine: little memory, one compiler, nobody attaches, nothing is left behind when it dies. */
final class JavaCommand {
    private static final String MAIN = "org.sallyport.worker.internal.child.WorkerMain";

    private final WorkerSettings settings;
    private final Path jar;
    private final Path archive;
    private final Optional<Path> module;

    /**
     * @param archive the archive of class data; used if it is there
     * @param module what alone may call native code, if anything may
     */
    JavaCommand(WorkerSettings settings, Path jar, Path archive, Optional<Path> module) {
        this.settings = settings;
        this.jar = jar;
        this.archive = archive;
        this.module = module;
    }

    /**
     * Runs the worker's main class with these arguments.
     *
     * @param agent whether with the agent
     * @param callsNative whether Java lets the plugin call native code; from Java 22 on it asks
     */
    List<String> of(Path temporary, boolean agent, boolean callsNative, String... arguments) {
        List<String> extra = new ArrayList<>();
        if (Files.isRegularFile(archive)) {
            extra.addAll(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive));
        }
        if (agent) {
            extra.add("-javaagent:" + jar);
        }
        return of(temporary, extra, callsNative, arguments);
    }

    /** Starts it to write the archive of class data to a file. */
    List<String> archiving(Path temporary, Path file) {
        return of(
                temporary,
                List.of("-XX:ArchiveClassesAtExit=" + file),
                false,
                "archive",
                temporary.resolve("cache").toString());
    }

    private List<String> of(Path temporary, List<String> extra, boolean callsNative, String... arguments) {
        int java = Runtime.version().feature();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms16m",
                "-Xmx" + settings.heap() + "m",
                "-Xss512k",
                "-XX:MaxMetaspaceSize=" + settings.metaspace() + "m",
                "-XX:MaxDirectMemorySize=" + settings.direct() + "m",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-XX:+DisableAttachMechanism",
                "-XX:-UsePerfData",
                "-Xlog:disable",
                "-Xlog:all=error:stderr"));
        if (java >= 21) {
            command.add("-XX:-EnableDynamicAgentLoading");
        }
        if (java >= 24) {
            command.add("--illegal-native-access=deny");
        }
        module.ifPresent(
                path -> command.addAll(List.of("--module-path", path.toString(), "--add-modules", WorkerJar.MODULE)));
        List<String> callers = new ArrayList<>();
        module.ifPresent(path -> callers.add(WorkerJar.MODULE));
        if (callsNative && java >= 22) {
            callers.add("ALL-UNNAMED");
        }
        if (!callers.isEmpty()) {
            command.add("--enable-native-access=" + String.join(",", callers));
        }
        command.addAll(extra);
        command.addAll(List.of(
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporary,
                "-Duser.home=" + temporary,
                "-Dfile.encoding=UTF-8",
                "-Dslf4j.provider=org.sallyport.worker.internal.child.ChildLogProvider",
                "-cp",
                jar.toString(),
                MAIN));
        command.addAll(List.of(arguments));
        return command;
    }
}
