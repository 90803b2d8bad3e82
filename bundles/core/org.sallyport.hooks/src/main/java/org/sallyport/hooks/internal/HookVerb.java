package org.sallyport.hooks.internal;

import java.util.List;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.hook.HookAdmin.HookInfo;

/** What the verbs of the scope {@code hook} share. */
abstract class HookVerb implements AdminVerb {
    private static final int SHOWN = 20;

    final HookAdmin hooks;
    private final String name;
    private final String summary;
    private final List<Parameter> parameters;

    HookVerb(HookAdmin hooks, String name, String summary, Parameter... parameters) {
        this.hooks = hooks;
        this.name = name;
        this.summary = summary;
        this.parameters = List.of(parameters);
    }

    @Override
    public final String scope() {
        return "hook";
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String summary() {
        return summary;
    }

    @Override
    public final List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    /** The hook that the arguments name. */
    final String known(Arguments arguments) {
        String hook = arguments.required("name");
        List<String> all = hooks.hooks().stream().map(HookInfo::name).toList();
        if (!all.contains(hook)) {
            throw new PluginException(
                    "not_found",
                    "There is no hook [" + hook + "]; "
                            + (all.isEmpty()
                                    ? "none is declared or handled"
                                    : "there are " + all.subList(0, Math.min(SHOWN, all.size()))
                                            + (all.size() > SHOWN ? " and more, see 'hook:list'" : "")));
        }
        return hook;
    }
}
