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
     * @param context what the host gives to the plugin
     * @param log where log lines go
     * @param net opens connections
     * @return one list for each service: the names of its contracts, its properties, its handle
     */
    List<Object> start(
            byte[] archive, String id, String version, String folder, PluginContext context, HostLog log, HostNet net)
            throws Exception;
}
