package org.sallyport.spi.gateway;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Serves MCP clients that talk over a pair of streams, as over the standard ones of a process. Thread-safe. */
@ProviderType
public interface StdioFront {
    /**
     * Serves one client: JSON-RPC messages, one a line, UTF-8. Returns at once; threads of the gateway read and write.
     *
     * @param in what the client says; not closed
     * @param out what the client hears; nobody else may write to it; not closed
     * @return completes when the client ended its side and what was under way is answered, or it cannot be written to;
     *     never fails
     */
    CompletionStage<Void> serve(InputStream in, OutputStream out);
}
