package org.sallyport.worker.internal.host;

import org.sallyport.api.plugin.PluginException;

/** The worker that a call ran in, or should have, is gone. */
final class WorkerLost extends PluginException {
    private static final long serialVersionUID = 1L;

    /** @param cause what became of it, in one sentence part */
    WorkerLost(String plugin, String cause) {
        super("worker_lost", "Plugin [" + plugin + "]: its worker process " + cause + "; it is started anew by itself");
    }
}
