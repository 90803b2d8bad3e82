package org.sallyport.hooks.internal;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
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
    private final Method method;

    HookKind(Class<?> contract) {
        this.contract = contract;
        method = Arrays.stream(contract.getMethods())
                .filter(at -> Modifier.isAbstract(at.getModifiers()))
                .findFirst()
                .orElseThrow();
    }

    /** The one method of the contract. */
    Method method() {
        return method;
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
