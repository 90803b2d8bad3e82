package sallyport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginState;

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
                byte[] jar = PluginJars.tiny(id(i), hook(i, count), eager);
                if (sallyport.plugins().install(jar, "benchmark").state() != PluginState.ACTIVE) {
                    throw new IllegalStateException(
                            sallyport.plugins().why(id(i)).toString());
                }
            }
        }
    }

    /** What a minimal embedder runs: no gateway, no shell, no shipped plugin. */
    static Sallyport start(Path home) {
        return Sallyport.builder().home(home).policy(false).hostPackage("lc.api", "0.0.0").start();
    }
}
