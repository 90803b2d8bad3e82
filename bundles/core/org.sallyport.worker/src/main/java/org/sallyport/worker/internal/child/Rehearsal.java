package org.sallyport.worker.internal.child;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.worker.internal.wire.Contracts;

/** Loads what a worker needs soon, so that the archive of class data has it. */
final class Rehearsal {
    private Rehearsal() {}

    static void run(ChildFramework framework) {
        List.of(
                        "org.sallyport.worker.internal.wire.Peer",
                        "org.sallyport.worker.internal.wire.Values",
                        "org.sallyport.worker.internal.wire.Views",
                        "org.sallyport.worker.internal.wire.ApiTypes",
                        "org.sallyport.worker.internal.wire.Failure",
                        "org.sallyport.worker.internal.child.ChildContext",
                        "org.sallyport.worker.internal.child.ChildLog",
                        "org.sallyport.worker.internal.child.ChildComponents",
                        "org.sallyport.worker.internal.child.ChildGuard",
                        "org.sallyport.worker.internal.child.ChildHooks",
                        "org.sallyport.worker.internal.child.Bridges",
                        "org.sallyport.worker.internal.child.SocksBridge",
                        "org.sallyport.worker.internal.child.HttpBridge",
                        "org.sallyport.worker.internal.child.Relay",
                        "org.sallyport.api.policy.PolicyDecision",
                        "org.sallyport.spi.config.SettingsView",
                        "sun.nio.ch.SocketChannelImpl",
                        "java.net.UnixDomainSocketAddress")
                .forEach(Rehearsal::load);
        Document.fromJava(Map.of("a", List.of(1, "b", true))).toJson();
        new Contracts(name -> null);
        try {
            framework.run(Files.readAllBytes(Path.of("rehearsal.jar")), null, bundle -> {});
        } catch (Exception e) {
            // The classes on the way to the failure are what counts.
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name);
        } catch (ClassNotFoundException e) {
            // One class less in the archive.
        }
    }
}
