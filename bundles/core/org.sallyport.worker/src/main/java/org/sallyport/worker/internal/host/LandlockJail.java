package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sallyport.worker.internal.jail.JailedProcess;
import org.sallyport.worker.internal.jail.Landlock;

/**
 * Landlock, put on by this virtual machine before a worker starts, and seccomp, which the worker puts on itself before its plugin is
 * there. Files have the paths of the host, and a worker has its account, as the folders on the way to its files are the host's alone;
 * root's without a capability. The kernel cannot limit the threads of one worker then, so the host counts them.
 */
final class LandlockJail implements Jail {
    private static final Path LIBRARIES = Path.of("/usr/lib");

    /** Where the system's libraries lie, and what runs programs that use them. */
    private static final List<Path> SYSTEM =
            List.of(LIBRARIES, Path.of("/usr/lib64"), Path.of("/lib"), Path.of("/lib64"), Path.of("/etc/ld.so.cache"));

    private static final List<Path> LOADERS = List.of(Path.of("/lib64"), Path.of("/lib"));
    private static final List<Path> RANDOM = List.of(Path.of("/dev/urandom"), Path.of("/dev/random"));
    private static final Path NOWHERE = Path.of("/dev/null");

    private final WorkerSettings settings;
    private final boolean root;
    private final Set<Path> readable = new LinkedHashSet<>();
    private final Set<Path> programs = new LinkedHashSet<>();

    private LandlockJail(WorkerSettings settings) throws IOException {
        this.settings = settings;
        root = Bubblewrap.isRoot();
        for (Path path : SYSTEM) {
            if (Files.exists(path)) {
                readable.add(path.toRealPath());
            }
        }
        readable.addAll(JavaFiles.all());
        for (Path program :
                List.of(Limiter.SETPRIV, Limiter.PRLIMIT, Path.of(System.getProperty("java.home"), "bin", "java"))) {
            programs.add(program.toRealPath());
        }
        for (Path folder : LOADERS) {
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> loaders = Files.newDirectoryStream(folder, "ld-*.so*")) {
                    for (Path loader : loaders) {
                        programs.add(loader.toRealPath());
                    }
                }
            }
        }
    }

    /**
     * Finds out whether it works here, which takes a moment.
     *
     * @throws IOException if it does not; says why
     */
    static Jail find(WorkerSettings settings) throws IOException {
        JailedProcess.probe();
        if (!Limiter.isThere()) {
            throw new IOException("[" + Limiter.SETPRIV + "] or [" + Limiter.PRLIMIT + "] is missing");
        }
        LandlockJail jail = new LandlockJail(settings);
        Probe.run(jail);
        return jail;
    }

    @Override
    public List<String> layers() {
        return List.of("process", "landlock", "seccomp", "limits");
    }

    @Override
    public List<String> promises() {
        return List.of(
                "It reads, lists, writes and removes no file but those granted, starts no program, and makes no connection at all.",
                "It cannot signal, trace or change other processes, nor rights, owners and times of files.",
                "Not held: that a file outside is there, how large it is and when it was changed can be seen; temporary files are bounded one by one alone; time of the processor; and faults of the kernel.");
    }

    @Override
    public boolean holds() {
        return true;
    }

    @Override
    public boolean isLockedInside() {
        return true;
    }

    @Override
    public boolean hasNetwork() {
        return false;
    }

    @Override
    public void prepare(Spec spec, Path run) throws IOException {
        Files.createDirectories(spec.data());
        if (root) {
            Folders.give(spec.data(), 0);
        }
    }

    @Override
    public List<String> wrap(Spec spec, Path run, Path library, List<String> command) {
        List<String> all = new ArrayList<>(List.of(Limiter.SETPRIV.toString(), "--pdeathsig", "KILL"));
        if (root) {
            // What makes root what it is: without, this is the account that has the host's files.
            all.addAll(List.of("--clear-groups", "--inh-caps=-all", "--bounding-set=-all"));
        }
        all.add("--no-new-privs");
        // Of the host's account; so its processes are not counted by the kernel.
        all.addAll(Limiter.limits(settings, false));
        all.addAll(command);
        return all;
    }

    @Override
    public Process start(Spec spec, Path run, Path library, List<String> command) throws IOException {
        try (Landlock rules = new Landlock()) {
            for (Path path : readable) {
                rules.allow(path, Landlock.Access.READ);
            }
            for (Path path : programs) {
                rules.allow(path, Landlock.Access.RUN);
            }
            for (Path path : RANDOM) {
                rules.allow(path, Landlock.Access.READ);
            }
            rules.allow(NOWHERE, Landlock.Access.WRITE);
            rules.allow(library, Landlock.Access.READ);
            for (Path path : spec.readable()) {
                rules.allow(path, Landlock.Access.READ);
            }
            for (Path path : spec.writable()) {
                rules.allow(path, Landlock.Access.WRITE);
            }
            rules.allow(run, Landlock.Access.WRITE);
            rules.allow(spec.data(), Landlock.Access.WRITE);
            return JailedProcess.start(rules, run, command);
        }
    }

    @Override
    public String overrun(ProcessHandle process) {
        int threads = Limiter.threads(process.pid());
        return threads > settings.processes()
                ? "was killed, because it had [" + threads + "] threads of [" + settings.processes()
                        + "] that it may have"
                : "";
    }
}
