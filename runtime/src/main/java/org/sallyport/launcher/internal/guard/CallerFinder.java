package org.sallyport.launcher.internal.guard;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.launcher.internal.guard.Domains.Kind;

/**
 * Finds in whose name something is done, by the stack and by who started the thread. Thread-safe.
 *
 * <p>Hidden frames are seen, as the frame of a method reference is the only trace that it leaves. Up to Java 21 the class context
 * shows them and is quickest; later it hides them, but a walk without method information is quick there.
 */
final class CallerFinder {
    private final Domains domains;
    private final @Nullable Context context;
    private final @Nullable StackWalker walker;

    CallerFinder(Domains domains, int release) {
        this.domains = domains;
        if (release < 21) {
            context = new Context();
            walker = null;
        } else {
            context = null;
            Set<StackWalker.Option> options =
                    EnumSet.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES);
            Stream.of(StackWalker.Option.values())
                    .filter(option -> option.name().equals("DROP_METHOD_INFO"))
                    .forEach(options::add);
            walker = StackWalker.getInstance(options);
        }
    }

    /**
     * What was found.
     *
     * @param domains the confined ones whose rights count
     * @param unknown it is not known in whose name: nothing but the JDK on a thread that works for all
     * @param maker the JDK does it by itself, or on a thread that it made for that: {@link Kind#MAKER} for what it was asked to do, {@link
     *     Kind#SHARER} for all; else null
     * @param boundary class loading or the framework does it, for itself
     * @param made a part of the JDK that is a {@link Kind#MAKER} is between what is guarded and who asked for it, or has made this thread
     */
    record Found(
            List<Confined> domains,
            boolean unknown,
            @Nullable Kind maker,
            boolean boundary,
            boolean made) {
        static final Found HOST = new Found(List.of(), false, null, false, false);
        static final Found UNKNOWN = new Found(List.of(), true, null, false, false);

        boolean isHost() {
            return domains.isEmpty() && !unknown;
        }
    }

    /** All whose rights count. @param strict whether it is looked behind class loaders */
    Found all(boolean strict) {
        Seen seen = new Seen(strict);
        walk(seen);
        if (seen.boundary) {
            return new Found(seen.confined, false, seen.maker, seen.confined.isEmpty(), seen.made);
        }
        Threads threads = domains.threads();
        Object owner = threads.owner(Thread.currentThread());
        if (owner instanceof Confined creator) {
            // With nobody of the plugin's on its stack it does what the JDK made it for.
            if (seen.confined.isEmpty() && threads.isMade(Thread.currentThread())) {
                seen.visitMaker(Kind.MAKER);
            }
            seen.add(creator);
        } else if (owner == Threads.SHARED && seen.confined.isEmpty() && !seen.host) {
            return Found.UNKNOWN;
        }
        return seen.confined.isEmpty() && seen.maker == null
                ? Found.HOST
                : new Found(seen.confined, false, seen.maker, false, seen.made);
    }

    /** The nearest caller alone. @param guarded name of the class whose method is guarded */
    Found near(String guarded) {
        Near near = new Near(guarded);
        walk(near);
        return near.found instanceof Confined confined
                ? new Found(List.of(confined), false, null, false, false)
                : Found.HOST;
    }

    private void walk(Visitor visitor) {
        Context classes = context;
        if (classes != null) {
            for (Class<?> type : classes.classes()) {
                if (!visitor.visit(type, domains.of(type))) {
                    return;
                }
            }
            return;
        }
        walker.walk(frames -> {
            for (var i = frames.iterator(); i.hasNext(); ) {
                Class<?> type = i.next().getDeclaringClass();
                if (!visitor.visit(type, domains.of(type))) {
                    break;
                }
            }
            return null;
        });
    }

    /** Is shown the stack from its top. */
    private interface Visitor {
        /** Whether it wants to see more. */
        boolean visit(Class<?> type, Object kind);
    }

    private static final class Seen implements Visitor {
        private final List<Confined> confined = new ArrayList<>(1);
        private final boolean strict;
        private boolean host;
        private boolean boundary;
        private boolean below;
        private boolean made;
        private @Nullable Kind maker;

        Seen(boolean strict) {
            this.strict = strict;
        }

        @Override
        public boolean visit(Class<?> type, Object kind) {
            // The check's own frames lie at the top; further down they are another check, that asks plugins nothing.
            below |= kind != Kind.GUARD;
            if (kind instanceof Confined domain) {
                add(domain);
            } else if (kind == Kind.GUARD && below || kind == Kind.BOUNDARY || kind == Kind.LOADER && !strict) {
                boundary = true;
            } else if (kind == Kind.MAKER || kind == Kind.SHARER) {
                visitMaker((Kind) kind);
            } else if (kind == Kind.HOST) {
                host = true;
            }
            return !boundary;
        }

        void visitMaker(Kind kind) {
            if (confined.isEmpty()) {
                made |= kind == Kind.MAKER;
                maker = maker == null ? kind : maker;
            }
        }

        void add(Confined domain) {
            if (!confined.contains(domain)) {
                confined.add(domain);
            }
        }
    }

    private static final class Near implements Visitor {
        private final String guarded;
        private boolean own = true;
        private boolean below;
        private @Nullable Object found;

        Near(String guarded) {
            this.guarded = guarded;
        }

        @Override
        public boolean visit(Class<?> type, Object kind) {
            own &= kind == Kind.GUARD;
            if (own || kind == Kind.PLUMBING || !below && type.getName().equals(guarded)) {
                below |= kind == Kind.PLUMBING;
                return true;
            }
            found = kind;
            return false;
        }
    }

    /** The one way to the class context; no manager is installed. */
    @SuppressWarnings({"removal", "deprecation"})
    private static final class Context extends SecurityManager {
        Class<?>[] classes() {
            return getClassContext();
        }
    }
}
