package sallyport;

import lc.api.Ctx;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.HookCall;

/** Template of a plugin that handles one hook; {@link Homes} renames its package, so that each plugin has its own class. */
public final class Tiny implements ActionHandler<Ctx> {
    @Override
    public void on(Ctx value, HookCall call) {
        value.hits++;
        value.sum += 7;
    }
}
