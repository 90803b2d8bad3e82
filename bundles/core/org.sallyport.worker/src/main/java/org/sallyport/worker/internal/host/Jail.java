package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the operating system puts around a worker. */
interface Jail {
    /** What holds a worker, for people. */
    List<String> layers();

    /** Whether it keeps a worker from the host's files, network and processes. */
    boolean holds();

    /** Prepares what a worker needs of the file system, once for each that is started. */
    void prepare(Spec spec) throws IOException;

    /** The data folder's path as the worker sees it. */
    Path data(Spec spec);

    /** The folder of one worker, with its socket, as the worker sees it. */
    Path run(Path run);

    /** A folder of its own for temporary files as the worker sees it. */
    Path temporary(Path run);

    /**
     * The command that runs another one inside.
     *
     * @param run a folder of this one worker, with its socket
     * @param library the folder with the class path
     */
    List<String> wrap(Spec spec, Path run, Path library, List<String> command);
}
