package org.sallyport.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A gateway with a certificate")
class TlsTest {
    @TempDir
    Path folder;

    private TestGateway gateway;

    @AfterEach
    void close() {
        if (gateway != null) {
            gateway.close();
        }
    }

    /** Makes a key with a certificate of its own, as the JDK's tool does. */
    private X509Certificate make(String name) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2")
                .redirectErrorStream(true)
                .start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        Certificate certificate = keys.getCertificate("a");
        pem("cert.pem", "CERTIFICATE", certificate.getEncoded());
        pem("key.pem", "PRIVATE KEY", keys.getKey("a", "changeit".toCharArray()).getEncoded());
        return (X509Certificate) certificate;
    }

    private void pem(String file, String kind, byte[] bytes) throws IOException {
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + kind + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind
                        + "-----\n");
    }

    private static SSLContext trusting(X509Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", certificate);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private void open() {
        gateway = new TestGateway(
                FakeEngine.empty(),
                Map.of(
                        "tls_certificate",
                        folder.resolve("cert.pem").toString(),
                        "tls_key",
                        folder.resolve("key.pem").toString()),
                new MemoryUpstream("srv"));
    }

    private HttpResponse<String> initialize(HttpClient client) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.port() + "/mcp"))
                        .header("accept", "application/json, text/event-stream")
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(TestGateway.INITIALIZE))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @DisplayName("serves by https, and what comes in the clear gets no answer")
    void https() throws Exception {
        X509Certificate certificate = make("one");
        open();
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(certificate)).build();

        HttpResponse<String> response = initialize(client);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        try (Socket plain = new Socket("127.0.0.1", gateway.port())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream()
                    .write("GET /mcp HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1");
        }
    }

    @Test
    @DisplayName("says why it does not serve if the files are no certificate with its key")
    void wrongFiles() throws Exception {
        make("one");
        Files.writeString(folder.resolve("key.pem"), "no key");
        open();

        assertThat(gateway.port()).isEqualTo(-1);
        assertThat(gateway.gateway.status().problem()).contains("key.pem", "openssl pkcs8");
    }
}
