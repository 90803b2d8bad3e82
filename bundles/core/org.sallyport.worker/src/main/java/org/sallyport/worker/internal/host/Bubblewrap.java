package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Namespaces of Linux, set up by {@code bwrap}: no network, no process and no file of the host but what the virtual machine
 * needs and what was granted; a small folder for temporary files in memory. Where the host runs as root, each plugin has an
 * account of its own and no capability; elsewhere it is in a user namespace of its own.
 */
final class Bubblewrap implements Jail {
    private static final Logger log = LoggerFactory.getLogger(Bubblewrap.class);

    private static final List<Path> PLACES = List.of(Path.of("/usr/bin/bwrap"), Path.of("/usr/local/bin/bwrap"));
    private static final Path DATA = Path.of("/data");
    private static final Path TEMPORARY = Path.of("/tmp");
    private static final Path RUN = Path.of("/run/worker");

    private final Path program;
    private final WorkerSettings settings;
    private final boolean root;
    private final List<Path> runtime;

    private Bubblewrap(Path program, WorkerSettings settings, boolean root, List<Path> runtime) {
        this.program = program;
        this.settings = settings;
        this.root = root;
        this.runtime = runtime;
    }

    /** Finds out whether it works here, which takes a moment. @throws IOException if it does not; says why */
    static Jail find(WorkerSettings settings) throws IOException {
        Optional<Path> program = PLACES.stream().filter(Files::isExecutable).findFirst();
        if (program.isEmpty() || !Limiter.isThere()) {
            throw new IOException("[bwrap], [" + Limiter.SETPRIV + "] or [" + Limiter.PRLIMIT + "] is missing");
        }
        Bubblewrap jail = new Bubblewrap(program.get(), settings, isRoot(), JavaFiles.all());
        Probe.run(jail);
        return jail;
    }

    /** Whether this process has the account of root. */
    static boolean isRoot() throws IOException {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no accounts as Linux has", e);
        }
    }

    @Override
    public List<String> layers() {
        return List.of("process", "bubblewrap", "limits");
    }

    @Override
    public List<String> promises() {
        return List.of(
                "It sees no file, process or host but those granted, and starts only programs of the system's library folders.",
                "Not held: time of the processor, and faults of the kernel.");
    }

    @Override
    public boolean holds() {
        return true;
    }

    @Override
    public void prepare(Spec spec, Path run) throws IOException {
        Files.createDirectories(spec.data());
        if (root) {
            Folders.give(spec.data(), spec.account());
        }
    }

    @Override
    public Path data(Spec spec) {
        return DATA;
    }

    @Override
    public Path run(Path run) {
        return RUN;
    }

    @Override
    public Path temporary(Path run) {
        return TEMPORARY;
    }

    @Override
    public List<String> wrap(Spec spec, Path run, Path library, List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                program.toString(),
                "--unshare-ipc",
                "--unshare-pid",
                "--unshare-net",
                "--unshare-uts",
                "--unshare-cgroup-try",
                "--die-with-parent",
                "--new-session",
                "--clearenv",
                "--hostname",
                "worker",
                "--cap-drop",
                "ALL"));
        if (root) {
            // To take the plugin's account; both are gone with that.
            all.addAll(List.of("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"));
        } else {
            all.addAll(List.of("--unshare-user"));
        }
        system(all, Path.of("/usr/lib"));
        system(all, Path.of("/usr/lib64"));
        system(all, Path.of("/lib"));
        system(all, Path.of("/lib64"));
        runtime.forEach(path -> bind(all, "--ro-bind", path, path));
        bind(all, "--ro-bind", Limiter.SETPRIV, Limiter.SETPRIV);
        bind(all, "--ro-bind", Limiter.PRLIMIT, Limiter.PRLIMIT);
        all.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        all.addAll(List.of(
                "--perms", "1777", "--size", Long.toString((long) settings.temporary() << 20), "--tmpfs", "/tmp"));
        spec.readable().forEach(path -> bind(all, "--ro-bind-try", path, path));
        spec.writable().forEach(path -> bind(all, "--bind-try", path, path));
        bind(all, "--ro-bind", library, library);
        bind(all, "--ro-bind", run, RUN);
        bind(all, "--bind", spec.data(), DATA);
        all.addAll(List.of("--chdir", "/tmp", "--"));
        if (root) {
            String account = Integer.toString(spec.account());
            all.addAll(List.of(
                    Limiter.SETPRIV.toString(),
                    "--reuid",
                    account,
                    "--regid",
                    account,
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--bounding-set=-all",
                    "--no-new-privs"));
        }
        all.addAll(Limiter.limits(settings, true));
        all.addAll(command);
        return all;
    }

    /** A folder with libraries of the system, or the link that it is. */
    private static void system(List<String> command, Path folder) {
        try {
            if (Files.isSymbolicLink(folder)) {
                command.addAll(
                        List.of("--symlink", Files.readSymbolicLink(folder).toString(), folder.toString()));
                return;
            }
        } catch (IOException e) {
            log.debug("[{}] cannot be read", folder, e);
        }
        bind(command, "--ro-bind-try", folder, folder);
    }

    private static void bind(List<String> command, String how, Path from, Path to) {
        // It makes the folders above for root alone, if nobody says otherwise.
        Path above = Path.of("/");
        for (Path part : to.getParent()) {
            above = above.resolve(part);
            String folder = above.toString();
            if (!command.contains(folder)) {
                command.addAll(List.of("--perms", "0755", "--dir", folder));
            }
        }
        command.addAll(List.of(how, from.toString(), to.toString()));
    }
}
