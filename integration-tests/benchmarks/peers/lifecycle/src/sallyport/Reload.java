package sallyport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Locale;
import lc.api.Ctx;
import org.HdrHistogram.Histogram;
import org.sallyport.api.hook.Hooks.ActionHook;
import org.sallyport.launcher.Sallyport;

/**
 * How long it takes until the next version of one plugin among n others answers: from the call of {@code plugin:update},
 * and from the moment at which its file is in the deploy folder. Arguments: folder of homes, n, rounds.
 */
public final class Reload {
    private static final String HOOK = "reload";
    private static final int SETTLED_MILLIS = 100;
    private static final long LONGEST = 60_000_000_000L;

    private static int versions;

    private Reload() {}

    /** Brings a version in; returns at once or when it serves. */
    private interface Change {
        void to(byte[] archive) throws IOException;
    }

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        Path home = Homes.home(Path.of(args[0]), "eager", count);
        try (Sallyport sallyport = Sallyport.builder()
                .home(home)
                .development(true)
                .hostPackage("lc.api", "0.0.0")
                .start()) {
            ActionHook<Ctx> hook = sallyport.hooks("benchmark").action(HOOK, Ctx.class);
            Homes.install(sallyport, PluginJars.hot(next(), HOOK));
            measure(sallyport, "update", count, rounds, hook, archive -> sallyport.plugins().update("hot", archive, "benchmark"));
            sallyport.plugins().uninstall("hot");
            Path deploy = home.resolve("deploy");
            measure(sallyport, "folder", count, rounds, hook, archive -> {
                Path half = Files.write(deploy.resolve("hot.part"), archive);
                Files.move(half, deploy.resolve("hot.jar"), StandardCopyOption.ATOMIC_MOVE);
            });
            Files.delete(deploy.resolve("hot.jar"));
            while (sallyport.plugins().find("hot").isPresent()) {
                Thread.sleep(SETTLED_MILLIS);
            }
        }
        System.exit(0);
    }

    /** Each is newer than all before it, also than those of another run on this home: older ones are not let in. */
    private static String next() {
        return Instant.now().getEpochSecond() + ".0." + ++versions;
    }

    private static void measure(
            Sallyport sallyport, String what, int count, int rounds, ActionHook<Ctx> hook, Change change)
            throws Exception {
        Histogram serving = new Histogram(60_000_000_000L, 3);
        Ctx ctx = new Ctx();
        for (int i = -Math.max(5, rounds / 5); i < rounds; i++) {
            String version = next();
            byte[] archive = Homes.signed(sallyport, PluginJars.hot(version, HOOK));
            long began = System.nanoTime();
            change.to(archive);
            do {
                ctx.reset();
                hook.fire(ctx);
                if (System.nanoTime() - began > LONGEST) {
                    throw new IllegalStateException("not in service: " + sallyport.plugins().list().stream()
                            .filter(one -> one.id().startsWith("hot"))
                            .toList());
                }
            } while (!version.equals(ctx.hotVersion));
            if (i >= 0) {
                serving.recordValue(System.nanoTime() - began);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "sallyport-%s,%d,%.2f,%.2f,%.2f%n",
                what,
                count,
                serving.getValueAtPercentile(50) / 1e6,
                serving.getValueAtPercentile(99) / 1e6,
                serving.getMaxValue() / 1e6);
    }
}
