package org.sallyport.launcher.internal.guard;

import java.util.List;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleReference;
import org.osgi.framework.ServiceRegistration;
import org.sallyport.launcher.internal.guard.CallerFinder.Found;
import org.sallyport.launcher.internal.guard.Domains.Kind;
import org.sallyport.spi.permission.PermissionUse;

/**
 * What the gate asks. Thread-safe; called on the thread that does what is guarded. Whatever it throws keeps that from being done.
 */
final class Checker implements BiFunction<Object, Object[], Object> {
    /** Most threads that the JDK makes by itself for one plugin that was not granted threads, such as those of HTTP clients. */
    static final int MAX_MADE = 64;

    private final List<Rule> rules;
    private final Act[] acts;
    private final Domains domains;
    private final CallerFinder finder;
    private final Supplier<@Nullable PermissionUse> use;
    private final boolean entries;

    /** @param entries whether all code of plugins is entered by their domains, so that it need not be looked for who calls */
    Checker(
            RuleTable table,
            Domains domains,
            CallerFinder finder,
            Supplier<@Nullable PermissionUse> use,
            boolean entries) {
        this.entries = entries;
        this.rules = table.rules();
        this.acts = rules.stream().map(rule -> Acts.named(rule.act())).toArray(Act[]::new);
        this.domains = domains;
        this.finder = finder;
        this.use = use;
    }

    @Override
    public @Nullable Object apply(Object number, Object[] given) {
        Rule rule = rules.get((Integer) number);
        Act act = acts[rule.number()];
        Object[] state = (Object[]) given[0];
        Object[] arguments = {given[1], given[2], given[3]};
        switch (rule.whose()) {
            case BUNDLE -> {
                Confined owner = domains.of(bundle(arguments[1] == null ? arguments[0] : arguments[1]));
                if (owner != null) {
                    require(owner, act, state, arguments);
                }
            }
            case ARGUMENT -> {
                if (arguments[0] instanceof Class<?> type && domains.of(type) instanceof Confined owner) {
                    require(owner, act, state, arguments);
                }
            }
            case DOER -> doer(rule, act, state, arguments);
            default -> callers(rule, act, state, arguments);
        }
        return arguments[0];
    }

    private static Bundle bundle(Object holder) {
        if (holder instanceof ServiceRegistration<?> registration) {
            return registration.getReference().getBundle();
        }
        return holder instanceof BundleContext context ? context.getBundle() : ((BundleReference) holder).getBundle();
    }

    private void doer(Rule rule, Act act, Object[] state, Object[] arguments) {
        if (state[0] == domains.host()) {
            return;
        }
        if (state[0] instanceof Confined domain) {
            entered(domain, rule, act, state, arguments);
        } else if (domains.threads().owner(Thread.currentThread()) instanceof Confined domain) {
            entered(domain, rule, act, state, arguments);
        } else if (!entries) {
            finder.all(false).domains().forEach(domain -> require(domain, act, state, arguments));
        }
    }

    private void callers(Rule rule, Act act, Object[] state, Object[] arguments) {
        // That there is something to ask for is looked at first where it is called whenever a task is moved on.
        if (state[0] == domains.host() || act == ThreadActs.SHARE && !ThreadActs.concerns(rule, arguments[0])) {
            return;
        }
        if (state[0] instanceof Confined domain) {
            entered(domain, rule, act, state, arguments);
            return;
        }
        Found found = find(rule);
        if (found.unknown()) {
            unknown(rule, act, state, arguments);
        }
        if (act == ThreadActs.SHARE && found.made()) {
            return;
        }
        for (Confined domain : found.domains()) {
            if (act == ThreadActs.CREATE) {
                create(domain, found.maker(), state, arguments);
            } else {
                require(domain, act, state, arguments);
            }
        }
    }

    /** The thread works in the name of this domain; but for class loading, the framework, and what the JDK asks for itself. */
    private void entered(Confined domain, Rule rule, Act act, Object[] state, Object[] arguments) {
        if (act == ThreadActs.CREATE) {
            Found found = finder.all(rule.whose() == Rule.Whose.STRICT);
            if (!found.boundary()) {
                create(domain, found.maker(), state, arguments);
            }
            return;
        }
        Need missing = missing(domain, act, state, arguments);
        if (missing != null && !isExempt(rule, act)) {
            throw denied(domain, missing);
        }
    }

    private boolean isExempt(Rule rule, Act act) {
        Found found = find(rule);
        return rule.whose() == Rule.Whose.NEAR
                ? found.isHost()
                : found.boundary() || act == ThreadActs.SHARE && found.made();
    }

    private Found find(Rule rule) {
        return rule.whose() == Rule.Whose.NEAR
                ? finder.near(rule.owner().replace('/', '.'))
                : finder.all(rule.whose() == Rule.Whose.STRICT);
    }

    private void create(Confined domain, @Nullable Kind maker, Object[] state, Object[] arguments) {
        Thread thread = (Thread) arguments[0];
        Threads threads = domains.threads();
        if (threads.owner(thread) == domain || Threads.isInnermost(thread)) {
            // One start goes through several guarded methods.
            return;
        }
        if (maker == Kind.SHARER && isForAll(thread)) {
            threads.started(thread, Threads.SHARED, true);
            return;
        }
        boolean made = maker == Kind.MAKER && !domain.isClosed() && threads.alive(domain, thread, true) < MAX_MADE;
        Need missing = made ? null : missing(domain, ThreadActs.CREATE, state, arguments);
        if (missing != null) {
            throw denied(domain, missing);
        }
        threads.started(thread, domain, made);
    }

    /** A pool of the plugin's own is made by the same classes as the one for all. */
    private static boolean isForAll(Thread thread) {
        return !(thread instanceof ForkJoinWorkerThread) || Threads.isShared(thread);
    }

    /** Nothing of it is known but that it is none of the host's code. */
    private void unknown(Rule rule, Act act, Object[] state, Object[] arguments) {
        if (act == ThreadActs.CREATE) {
            // A pool that grows while it works for many.
            domains.threads().started((Thread) arguments[0], Threads.SHARED, true);
            return;
        } else if (act == ThreadActs.SHARE) {
            // It goes on there.
            return;
        }
        // What nobody needs a permission for, such as to read the JDK's own files.
        if (!needs(Acts.NOBODY, act, state, arguments).stream()
                .allMatch(need -> need.test().test(Acts.NOTHING))) {
            throw new SecurityException(
                    "[" + rule.act() + "] was denied on thread ["
                            + Thread.currentThread().getName()
                            + "], which works for all: it is not known in whose name it is done; do it on a thread of your own");
        }
    }

    private void require(Confined domain, Act act, Object[] state, Object[] arguments) {
        Need missing = missing(domain, act, state, arguments);
        if (missing != null) {
            throw denied(domain, missing);
        }
    }

    private static List<Need> needs(Confined domain, Act act, Object[] state, Object[] arguments) {
        if (act instanceof Act.OnFramework) {
            return act.needs(domain, arguments);
        }
        // What is asked for here may be the plugin's own objects.
        state[1] = null;
        try {
            return act.needs(domain, arguments);
        } finally {
            state[1] = state;
        }
    }

    private @Nullable Need missing(Confined domain, Act act, Object[] state, Object[] arguments) {
        for (Need need : needs(domain, act, state, arguments)) {
            if (!domain.has(need, () -> report(domain, need, true))) {
                return need;
            }
        }
        return null;
    }

    private SecurityException denied(Confined domain, Need need) {
        return new SecurityException(report(domain, need, false));
    }

    private String report(Confined domain, Need need, boolean permitted) {
        PermissionUse told = use.get();
        String sentence = told == null
                ? ""
                : told.report(domain.plugin(), domain.version(), need.permission(), permitted, "agent");
        return sentence.isEmpty() && !permitted
                ? "Plugin [" + domain + "] was denied [" + need.permission() + "]: it was not granted"
                : sentence;
    }
}
