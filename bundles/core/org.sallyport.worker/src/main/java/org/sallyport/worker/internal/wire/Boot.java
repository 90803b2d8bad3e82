package org.sallyport.worker.internal.wire;

import java.util.List;
import org.sallyport.api.plugin.PluginContext;

/** What the host first calls in a worker: the object with the handle {@value #HANDLE}. */
public interface Boot {
    /** Its handle. */
    int HANDLE = 0;

    /**
     * Starts the plugin. Called once.
     *
     * @param archive the bundle
     * @param folder the path of its data folder, as the worker sees it
     * @param permissions what it was granted, each as it is written
     * @param diskBytes most bytes that it may have in files
     * @param diskFiles most files that it may have
     * @param context what the host gives to the plugin
     * @param log where log lines go
     * @param net opens connections
     * @param use is told what it does
     * @return one list for each service: the names of its contracts, its properties, its handle
     */
    List<Object> start(
            byte[] archive,
            String id,
            String version,
            String folder,
            List<String> permissions,
            long diskBytes,
            long diskFiles,
            PluginContext context,
            HostLog log,
            HostNet net,
            HostUse use)
            throws Exception;

    /** Why nothing in this worker checks what its plugin does; empty if something does. */
    String unguarded();

    /** The plugin may do this from now on. */
    void granted(List<String> permissions);
}
