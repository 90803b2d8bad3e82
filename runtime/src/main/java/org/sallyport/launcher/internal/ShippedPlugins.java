package org.sallyport.launcher.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.sallyport.launcher.internal.EmbeddedJars.EmbeddedJar;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.trust.Evidence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins that come with Sallyport, and the signatures beside them. They are installed like everybody's; that their
 * publisher is trusted is said by a file beside them, in the form of the operator's own.
 */
record ShippedPlugins(List<Shipped> plugins) {
    /** None. */
    static final ShippedPlugins NONE = new ShippedPlugins(List.of());

    private static final Logger log = LoggerFactory.getLogger(ShippedPlugins.class);
    private static final String FOLDER = "plugins";

    /** One. */
    record Shipped(String name, byte[] archive, List<byte[]> signatures) {}

    static ShippedPlugins read() throws IOException {
        List<Shipped> plugins = new ArrayList<>();
        for (EmbeddedJar jar : EmbeddedJars.read(FOLDER)) {
            List<byte[]> signatures = new ArrayList<>();
            for (String ending : Evidence.ENDINGS) {
                EmbeddedJars.find(FOLDER + "/" + jar.name() + ending).ifPresent(signatures::add);
            }
            plugins.add(new Shipped(jar.name(), jar.bytes(), signatures));
        }
        return new ShippedPlugins(plugins);
    }

    /** Who is trusted for them, as JSON. */
    static String trust() throws IOException {
        return EmbeddedJars.find("trust.json")
                .map(text -> new String(text, StandardCharsets.UTF_8))
                .orElse("{}");
    }

    void offerSignatures(Evidence evidence) {
        for (Shipped plugin : plugins) {
            String sha256 = sha256(plugin.archive());
            plugin.signatures().forEach(signature -> evidence.offer(sha256, signature));
        }
    }

    void install(PluginAdmin admin) {
        for (Shipped plugin : plugins) {
            try {
                admin.install(plugin.archive(), "shipped");
            } catch (RuntimeException e) {
                // Whatever is wrong with a plugin, the host starts; 'plugin:why' shows the cause.
                log.warn("Shipped plugin [{}] is not in service: {}", plugin.name(), e.getMessage());
            }
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
