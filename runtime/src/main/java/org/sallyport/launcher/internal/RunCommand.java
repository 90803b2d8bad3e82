package org.sallyport.launcher.internal;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.launcher.SallyportException;
import org.sallyport.spi.admin.Rendering;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the gateway until the process is told to end. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Runs the gateway until it is stopped (Ctrl-C).")
public final class RunCommand implements Callable<Integer> {
    /** How the line begins that says that all is up. */
    static final String GREETING = "Sallyport ";

    @Mixin
    private final GatewayOptions gateway = new GatewayOptions();

    @Option(names = "--shell", description = "Opens the Gogo shell on this terminal.")
    private boolean shell;

    @Override
    public Integer call() throws Exception {
        long began = System.nanoTime();
        Options options = gateway.toOptions(true);
        options.shell = shell;
        Logs.into(options.home, shell ? "ERROR" : "INFO");
        try (HostRuntime runtime = HostRuntime.start(options)) {
            Thread hook = new Thread(runtime::close, "sallyport-shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            greet(System.err, runtime, (System.nanoTime() - began) / 1_000_000);
            runtime.awaitStop();
            removeHook(hook);
            return 0;
        } catch (SallyportException e) {
            System.err.println(e.getMessage());
            return 3;
        }
    }

    static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // It runs already, which is what it is for.
        }
    }

    private static void greet(PrintStream err, HostRuntime runtime, long millis) throws Exception {
        err.println(GREETING + HostRuntime.version() + " is up after " + millis + " ms; home " + runtime.home());
        String registry = runtime.registryProblem();
        if (!registry.isEmpty()) {
            err.println(registry);
        }
        Document gateway = Document.NULL;
        try {
            gateway = Verbs.run(runtime, "sallyport", "gateway")
                    .map(Rendering::document)
                    .orElse(Document.NULL);
        } catch (PluginException notThere) {
            // Without the gateway there is nothing to say about it.
        }
        String problem = gateway.get("problem").text("");
        if (!problem.isEmpty()) {
            err.println("MCP clients cannot be served: " + problem);
        } else if (gateway.get("port").asLong(-1) > 0) {
            err.println("MCP clients: http://127.0.0.1:" + gateway.get("port").asLong(0) + "/mcp; servers: "
                    + gateway.get("upstreams").toJson());
        }
    }
}
