package sallyport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.trust.Evidence;

/**
 * Fills home folders with plugins, as an operator would: installs each one through all gates, then ends. What is measured
 * later is the start with plugins that are known. Ten plugins handle each hook, as in the harness' own sketch.
 *
 * <p>Arguments: folder, {@code lazy} or {@code eager}, then numbers of plugins.
 */
public final class Homes {
    private Homes() {}

    public static void main(String[] args) throws IOException {
        for (int i = 2; i < args.length; i++) {
            int count = Integer.parseInt(args[i]);
            Path home = home(Path.of(args[0]), args[1], count);
            if (!Files.exists(home)) {
                fill(home, count, args[1].equals("eager"));
            }
        }
    }

    static Path home(Path folder, String kind, int count) {
        return folder.resolve("sallyport-" + kind + "-" + count);
    }

    /** The hook that a plugin handles; there is one for ten plugins. */
    static String hook(int plugin, int count) {
        return "hook" + plugin % hooks(count);
    }

    static int hooks(int count) {
        return Math.max(1, count / 10);
    }

    static String id(int plugin) {
        return String.format("p%05d", plugin);
    }

    private static void fill(Path home, int count, boolean eager) {
        try (Sallyport sallyport = start(home)) {
            for (int i = 0; i < count; i++) {
                PluginStatus status = install(sallyport, PluginJars.tiny(id(i), hook(i, count), eager));
                if (status.state() != PluginState.ACTIVE) {
                    throw new IllegalStateException(
                            sallyport.plugins().why(id(i)).toString());
                }
            }
        }
    }

    /** Signs a plugin by a key of the home, and installs it. */
    static PluginStatus install(Sallyport sallyport, byte[] archive) {
        return sallyport.plugins().install(signed(sallyport, archive), "benchmark");
    }

    /** Signs a plugin by a key of the home, and hands the signature in; gives the plugin back. */
    static byte[] signed(Sallyport sallyport, byte[] archive) {
        try {
            Path jar = Files.write(sallyport.home().resolve("data").resolve("next.jar"), archive);
            sallyport.run("plugin", "sign", jar.toString());
            sallyport.service(Evidence.class).offerBeside(archive, jar);
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a minimal embedder runs: no gateway, no shell, no shipped plugin. */
    static Sallyport start(Path home) {
        return Sallyport.builder()
                .home(home)
                .policy(false)
                .development(true)
                .hostPackage("lc.api", "0.0.0")
                .start();
    }
}
