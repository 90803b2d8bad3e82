package sallyport;

import lc.api.Ctx;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.HookCall;

/**
 * The same as the harness' template of the plugin that is replaced under load: it knows whether it was stopped, and loads
 * helper classes late, so that a call on a version that has gone may fail.
 */
public final class Hot implements ActionHandler<Ctx> {
    private static volatile boolean stopped;
    private long calls;

    void deactivate() {
        stopped = true;
    }

    @Override
    public void on(Ctx value, HookCall call) {
        value.hits++;
        value.hot++;
        value.hotVersion = "@VER@";
        if (stopped) {
            value.stale++;
        }
        value.sum += switch ((int) (calls++ >> 8) & 3) {
            case 0 -> H0.x();
            case 1 -> H1.x();
            case 2 -> H2.x();
            default -> H3.x();
        };
    }

    static final class H0 {
        static int x() {
            return 0;
        }
    }

    static final class H1 {
        static int x() {
            return 1;
        }
    }

    static final class H2 {
        static int x() {
            return 2;
        }
    }

    static final class H3 {
        static int x() {
            return 3;
        }
    }
}
