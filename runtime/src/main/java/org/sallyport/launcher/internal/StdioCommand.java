package org.sallyport.launcher.internal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.sallyport.launcher.SallyportException;
import org.sallyport.spi.gateway.StdioFront;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Serves one MCP client on standard input and output, and ends with it. */
@Command(
        name = "stdio",
        mixinStandardHelpOptions = true,
        description = "Serves one MCP client on standard input and output.")
public final class StdioCommand implements Callable<Integer> {
    @Mixin
    private final GatewayOptions gateway = new GatewayOptions();

    @Override
    public Integer call() throws Exception {
        // Whoever prints to System.out must not break the protocol.
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        InputStream in = new FileInputStream(FileDescriptor.in);
        System.setOut(System.err);
        Options options = gateway.toOptions(false);
        Logs.into(options.home, "WARN");
        try (HostRuntime runtime = HostRuntime.start(options)) {
            Thread hook = new Thread(runtime::close, "sallyport-shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            runtime.service(StdioFront.class, Duration.ofSeconds(20))
                    .serve(in, out)
                    .toCompletableFuture()
                    .get();
            RunCommand.removeHook(hook);
            return 0;
        } catch (SallyportException e) {
            System.err.println(e.getMessage());
            return 3;
        } catch (ExecutionException e) {
            System.err.println("The client's stream broke: " + e.getCause().getMessage());
            return 1;
        }
    }
}
