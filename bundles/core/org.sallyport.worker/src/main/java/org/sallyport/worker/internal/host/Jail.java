package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the operating system puts around a worker. */
interface Jail {
    /** What holds a worker, for people. */
    List<String> layers();

    /** What it holds and what it does not, for people, in sentences. */
    List<String> promises();

    /** Whether it keeps a worker from the host's files, network and processes. */
    boolean holds();

    /** Whether a worker has to hold itself, too, before its plugin is there. */
    default boolean isLockedInside() {
        return false;
    }

    /** Whether a plugin can reach the hosts that it was granted: within its jail, by way of this one. */
    default boolean hasNetwork() {
        return true;
    }

    /**
     * Prepares what a worker needs of the file system, once for each that is started.
     *
     * @param run the folder of this one worker
     */
    void prepare(Spec spec, Path run) throws IOException;

    /** The data folder's path as the worker sees it; the host's, unless the jail has a view of its own. */
    default Path data(Spec spec) {
        return spec.data().toAbsolutePath();
    }

    /** The folder of one worker, with its socket, as the worker sees it. */
    default Path run(Path run) {
        return run;
    }

    /** A folder of its own for temporary files as the worker sees it. */
    default Path temporary(Path run) {
        return run(run);
    }

    /**
     * The command that runs another one inside.
     *
     * @param run a folder of this one worker, with its socket
     * @param library the folder with the class path
     */
    List<String> wrap(Spec spec, Path run, Path library, List<String> command);

    /**
     * Starts what {@link #wrap} gave, without an environment, and its errors in its output. Called by a thread that lives as long as
     * this host does: Linux takes a child with it when the <em>thread</em> ends that started it.
     */
    default Process start(Spec spec, Path run, Path library, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(run.toFile());
        builder.environment().clear();
        return builder.start();
    }

    /** Why a worker has to be ended, if it took more than it may and nothing else bounds that; or empty. Quick. */
    default String overrun(ProcessHandle process) {
        return "";
    }
}
