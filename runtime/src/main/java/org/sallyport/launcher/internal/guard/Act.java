package org.sallyport.launcher.internal.guard;

import java.util.List;

/** What a guarded method does. */
@FunctionalInterface
interface Act {
    /**
     * What it needs. Called on the thread that does it, with the guard asked for whatever this calls, as it looks at objects that
     * may be the plugin's.
     *
     * @param who in whose name it is done
     * @param arguments those of the rule; what takes the place of the first one is put there
     * @return empty if it may be done without any permission
     * @throws SecurityException if an argument is such that nothing can be said of it
     */
    List<Need> needs(Confined who, Object[] arguments);

    /** An act on objects of the framework alone. It asks them what is guarded itself, so it is called with the guard not asked. */
    interface OnFramework extends Act {}
}
