package sallyport;

import java.nio.file.Path;
import lc.api.Ctx;
import lc.peer.LoadPeer;
import org.sallyport.api.hook.Hooks.ActionHook;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginState;

/** A plugin is replaced under load as an operator does it: its next version is installed. */
public final class Load implements LoadPeer {
    private static final String HOOK = "load";

    private Sallyport sallyport;
    private ActionHook<Ctx> hook;

    @Override
    public void setUp(Path osgiSteady, Path pf4jSteady, Path hot, Path scratch) {
        sallyport = Homes.start(scratch);
        hook = sallyport.hooks("benchmark").action(HOOK, Ctx.class);
        for (int i = 0; i < 9; i++) {
            install(PluginJars.tiny(Homes.id(i), HOOK, false));
        }
        reload("1.0.0");
    }

    @Override
    public int fire(Ctx ctx) {
        hook.fire(ctx);
        return 0;
    }

    @Override
    public void reload(String version) {
        if (sallyport.plugins().find("hot").isPresent()) {
            // An older version is let in on purpose only.
            sallyport.run("plugin", "pin", "hot", "--lowest", "0.0.0");
        }
        install(PluginJars.hot(version, HOOK));
    }

    private void install(byte[] archive) {
        PluginState state = Homes.install(sallyport, archive).state();
        if (state != PluginState.ACTIVE && state != PluginState.PROBATION) {
            throw new IllegalStateException("not in service");
        }
    }

    @Override
    public void close() {
        sallyport.close();
    }
}
