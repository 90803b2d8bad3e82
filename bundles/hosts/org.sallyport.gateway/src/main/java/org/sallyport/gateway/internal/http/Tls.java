package org.sallyport.gateway.internal.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 and 1.3 with a certificate from files. A certificate that is renewed is used for new connections within a minute; one that cannot be read
 * leaves the one before. Thread-safe.
 */
final class Tls {
    private static final Logger log = LoggerFactory.getLogger(Tls.class);
    private static final int HANDSHAKE_SECONDS = 10;

    private final HttpAccess.TlsFiles files;
    private volatile SslContext context;
    private String seen;

    /** @throws IOException if the files cannot be used; it says why and what to do */
    Tls(HttpAccess.TlsFiles files) throws IOException {
        this.files = files;
        this.seen = look();
        this.context = read();
    }

    /** The handler of a new connection. */
    ChannelHandler handler(SocketChannel channel) {
        SslHandler handler = context.newHandler(channel.alloc());
        handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        return handler;
    }

    /** Takes a renewed certificate. Called from time to time, by one thread; reads files. */
    void refresh() {
        try {
            String now = look();
            if (!now.equals(seen)) {
                context = read();
                seen = now;
                log.info("The certificate in [{}] is used for new connections", files.certificate());
            }
        } catch (IOException e) {
            log.warn("The certificate stays as it was: {}", e.getMessage());
        }
    }

    private String look() throws IOException {
        try {
            return Files.getLastModifiedTime(files.certificate()) + " " + Files.size(files.certificate()) + " "
                    + Files.getLastModifiedTime(files.key()) + " " + Files.size(files.key());
        } catch (IOException e) {
            throw new IOException(
                    "file [" + e.getMessage() + "] cannot be read; [tls.certificate] and [tls.key] name it", e);
        }
    }

    private SslContext read() throws IOException {
        try {
            return SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .protocols(List.of("TLSv1.3", "TLSv1.2"))
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new IOException(
                    "[" + files.certificate() + "] and [" + files.key()
                            + "] are no PEM certificate with its key as PKCS #8 (" + root.getMessage()
                            + "); 'openssl pkcs8 -topk8 -nocrypt' makes one of other keys",
                    e);
        }
    }
}
