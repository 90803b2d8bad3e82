package org.sallyport.hooks.internal;

import java.util.Locale;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.CollectHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.FirstHandler;

/** The four kinds of hook. */
enum HookKind {
    FILTER(FilterHandler.class),
    ACTION(ActionHandler.class),
    COLLECT(CollectHandler.class),
    FIRST(FirstHandler.class);

    private final Class<?> contract;

    HookKind(Class<?> contract) {
        this.contract = contract;
    }

    /** What a handler of this kind implements. */
    Class<?> contract() {
        return contract;
    }

    /** As operators read it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
