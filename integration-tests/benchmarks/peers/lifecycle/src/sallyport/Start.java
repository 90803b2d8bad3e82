package sallyport;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import lc.api.Ctx;
import lc.run.Probe;
import org.sallyport.api.hook.Hooks;
import org.sallyport.launcher.Sallyport;

/** A start of the platform with plugins that it knows, from a home that {@link Homes} filled. */
final class Start {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Start() {}

    /** Plugins stay asleep until they are called; ready when the given hooks were called through all their handlers. */
    static void lazy(String[] args, int hooks) throws Exception {
        run(args, "lazy", hooks);
    }

    private static void run(String[] args, String kind, int hooks) throws Exception {
        long began = System.nanoTime();
        int count = Integer.parseInt(args[0]);
        Path home = Homes.home(Path.of(args[1]).toAbsolutePath().getParent(), kind, count);
        Sallyport sallyport = Homes.start(home);
        // The start itself waits for plugins a few seconds at most.
        if (!sallyport.plugins().settle(LONGEST)) {
            throw new IllegalStateException("not all plugins came up");
        }
        long up = System.nanoTime();
        Ctx ctx = new Ctx();
        int wanted = 0;
        if (hooks > 0) {
            Hooks declared = sallyport.hooks("benchmark");
            for (int i = 0; i < hooks; i++) {
                declared.action("hook" + i, Ctx.class).fire(ctx);
            }
            for (int i = 0; i < count; i++) {
                wanted += i % Homes.hooks(count) < hooks ? 1 : 0;
            }
        }
        if (ctx.hits != wanted) {
            throw new IllegalStateException("called [" + ctx.hits + "] plugins of [" + wanted + "]");
        }
        long ready = System.nanoTime();
        // The harness' own way to report is visible to its package alone.
        Method report = Probe.class.getDeclaredMethod("ready", String.class);
        report.setAccessible(true);
        report.invoke(
                null,
                String.format(
                        Locale.ROOT,
                        "framework_ms=%.1f install_ms=0.0 resolve_ms=0.0 start_ms=0.0 call_ms=%.1f main_ms=%.1f",
                        (up - began) / 1e6,
                        (ready - up) / 1e6,
                        (ready - began) / 1e6));
        System.out.println("plugins " + sallyport.plugins().list().size());
        sallyport.close();
        System.exit(0);
    }

    static void eager(String[] args) throws Exception {
        run(args, "eager", Homes.hooks(Integer.parseInt(args[0])));
    }
}
