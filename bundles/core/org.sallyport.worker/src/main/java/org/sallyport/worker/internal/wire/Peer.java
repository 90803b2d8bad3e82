package org.sallyport.worker.internal.wire;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.PluginException;

/**
 * One side of the talk between host and worker: calls objects of the other side, and lets it call its own. A call has a lane
 * for itself until it ended; what is called back meanwhile by the thread that was called comes by the same lane, on the thread
 * that called. Thread-safe.
 */
public final class Peer {
    /** Most objects that one side lets the other call at a time. */
    public static final int MAX_OBJECTS = 10_000;

    /** Most calls within one another. */
    static final int MAX_CALLS = 16;

    /** Most objects that are given back with one call. */
    private static final int MAX_RELEASES = 64;

    private static final int CALL = 1;
    private static final int RETURN = 2;
    private static final int THROW = 3;

    private final Contracts contracts;
    private final Lanes lanes;
    private final boolean host;
    private final Map<Integer, Exported> exports = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger(1);
    private final Queue<Integer> releases = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<@Nullable Lane> current = new ThreadLocal<>();

    /**
     * @param lanes gives the lanes for calls of this side that no other call brought about
     * @param host whether this is the host, which takes nothing on trust
     */
    public Peer(Contracts contracts, Lanes lanes, boolean host) {
        this.contracts = contracts;
        this.lanes = lanes;
        this.host = host;
    }

    /** Where lanes come from. */
    public interface Lanes {
        /**
         * A lane that nobody uses.
         *
         * @param deadline until when it may be waited for one, as {@link System#nanoTime()}
         * @throws IOException if there is none until then, or none any more
         */
        Lane take(long deadline) throws IOException;

        /** It is free again. */
        void give(Lane lane);

        /** It cannot be used any more; returns what is thrown to the caller. */
        RuntimeException broken(Lane lane, IOException cause);
    }

    /** Makes what stands here for an object of the other side. */
    public interface Importer {
        /** @param contracts the interfaces by which it can be called; at least one */
        Object take(int handle, List<Class<?>> contracts);
    }

    /** What stands for an object of the other side knows its handle. */
    public interface Remote {
        /** Its handle with that peer; -1 if it is not of that peer. */
        int handle(Peer peer);
    }

    private record Exported(Object target, List<Class<?>> contracts) {}

    /** The thing that an other side's proxies do. */
    private record Direct(Peer peer, int handle, Class<?> contract)
            implements java.lang.reflect.InvocationHandler, Remote {
        @Override
        public int handle(Peer asking) {
            return asking == peer ? handle : -1;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
                throws Throwable {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method, arguments, contract.getSimpleName() + " of the host");
            }
            return peer.call(handle, contract, method, arguments, null, peer::direct);
        }
    }

    /** What the methods of {@link Object} answer for a proxy. */
    public static @Nullable Object ofObject(
            Object proxy, Method method, @Nullable Object @Nullable [] arguments, String name) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> name;
        };
    }

    /** The plain importer: the object by the first interface, as long as the other side has it. */
    public Object direct(int handle, List<Class<?>> names) {
        Class<?> contract = names.get(0);
        return Proxy.newProxyInstance(
                contract.getClassLoader() == null ? Peer.class.getClassLoader() : contract.getClassLoader(),
                names.toArray(Class<?>[]::new),
                new Direct(this, handle, contract));
    }

    /** Lets the other side call an object under a handle that both know. */
    public void exportAs(int handle, Object target, Class<?> contract) {
        exports.put(handle, new Exported(target, List.of(contract)));
    }

    /**
     * Lets the other side call an object; returns its handle.
     *
     * @throws PluginException {@code too_many_objects}
     */
    public int export(Object target, List<Class<?>> as) {
        if (exports.size() >= MAX_OBJECTS) {
            throw new PluginException(
                    "too_many_objects",
                    "More than [" + MAX_OBJECTS + "] objects were handed out; close those that are not needed");
        }
        int handle = next.getAndIncrement() & Integer.MAX_VALUE;
        exports.put(handle, new Exported(target, as));
        return handle;
    }

    /** Nobody here needs an object of the other side any more; it is told with the next call. */
    public void released(int handle) {
        releases.add(handle);
    }

    /** Takes all that was let out back. What has to be closed is returned. */
    public List<AutoCloseable> end() {
        List<AutoCloseable> open = new ArrayList<>();
        exports.values().forEach(one -> {
            // What was lent for a call is its owner's; what was made for the other side alone goes with it.
            boolean ours = one.contracts().contains(AutoCloseable.class)
                    || one.contracts().contains(HostNet.class);
            if (ours && one.target() instanceof AutoCloseable closeable) {
                open.add(closeable);
            }
        });
        exports.clear();
        return open;
    }

    /** The time that a call has by its arguments; empty if they do not say. */
    public static java.util.Optional<Duration> remaining(@Nullable Object @Nullable [] arguments) {
        return Views.remaining(arguments);
    }

    /** How many objects the other side may call. */
    public int exported() {
        return exports.size();
    }

    /** Answers calls until the lane ends, which it says by its exception. */
    public void serve(Lane lane) throws IOException {
        current.set(lane);
        try {
            while (true) {
                In in = lane.receive();
                if (in.u8() != CALL) {
                    throw new ProtocolException("an answer that nobody asked for");
                }
                answer(lane, in);
            }
        } finally {
            current.remove();
        }
    }

    /** From now on this thread calls by a lane of its own, for which it never waits. */
    public void own(Lane lane) {
        current.set(lane);
    }

    /**
     * Calls an object of the other side.
     *
     * @param limit the time it has; null for no end
     * @throws Throwable what was thrown there, or what the lanes say when one broke
     */
    public @Nullable Object call(
            int handle,
            Class<?> contract,
            Method method,
            @Nullable Object @Nullable [] arguments,
            @Nullable Duration limit,
            Importer importer)
            throws Throwable {
        Lane lane = current.get();
        boolean mine = lane == null;
        long end = System.nanoTime() + (limit == null ? Long.MAX_VALUE >> 2 : limit.toNanos());
        if (lane == null) {
            lane = lanes.take(end);
        } else if (lane.depth >= MAX_CALLS) {
            throw new IllegalStateException("more than [" + MAX_CALLS + "] calls within one another");
        }
        long before = lane.deadline;
        Refs refs = new Refs(importer, true);
        lane.depth++;
        boolean broken = false;
        // A channel closes itself under a thread that is interrupted already; who interrupted it before did not mean
        // this.
        boolean interrupted = Thread.interrupted();
        try {
            write(lane.out(), handle, contract, method, arguments, refs);
            if (limit != null && (before == 0 || end - before < 0)) {
                lane.deadline = end == 0 ? 1 : end;
            }
            lane.send();
            return await(lane, method, refs);
        } catch (IOException e) {
            broken = true;
            throw lanes.broken(lane, e);
        } finally {
            refs.forget();
            lane.depth--;
            lane.deadline = before;
            if (mine && !broken) {
                lanes.give(lane);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write(
            Out out, int handle, Class<?> contract, Method method, @Nullable Object @Nullable [] arguments, Refs refs) {
        List<Integer> given = new ArrayList<>(0);
        for (Integer one = releases.poll(); one != null; one = given.size() < MAX_RELEASES ? releases.poll() : null) {
            given.add(one);
        }
        out.u8(CALL);
        out.number(given.size());
        given.forEach(out::number);
        out.number(handle);
        out.string(contract.getName());
        out.number(contracts.place(contract, method));
        Class<?>[] types = method.getParameterTypes();
        try {
            for (int i = 0; i < types.length; i++) {
                Values.write(out, arguments == null ? null : arguments[i], types[i], refs);
            }
        } catch (IllegalArgumentException e) {
            releases.addAll(given);
            throw new PluginException(
                    "unsupported_value",
                    "Argument of [" + contract.getSimpleName() + "." + method.getName() + "]: " + e.getMessage(),
                    e);
        }
    }

    private @Nullable Object await(Lane lane, Method method, Refs refs) throws IOException {
        while (true) {
            In in = lane.receive();
            switch (in.u8()) {
                case RETURN -> {
                    Object value = Values.read(in, refs);
                    in.done();
                    if (!fits(method.getReturnType(), value)) {
                        throw new ProtocolException("an answer of another type than [" + method.getName() + "] has");
                    }
                    return value;
                }
                case THROW -> {
                    RuntimeException thrown = Failure.read(in);
                    in.done();
                    throw thrown;
                }
                case CALL -> {
                    Lane before = current.get();
                    current.set(lane);
                    try {
                        answer(lane, in);
                    } finally {
                        current.set(before);
                    }
                }
                default -> throw new ProtocolException("a frame of no kind");
            }
        }
    }

    private void answer(Lane lane, In in) throws IOException {
        if (lane.depth >= MAX_CALLS) {
            throw new ProtocolException("more than [" + MAX_CALLS + "] calls within one another");
        }
        for (int left = in.count(); left > 0; left--) {
            exports.remove(in.index());
        }
        int handle = in.index();
        Class<?> contract = contracts.find(in.string());
        Method method = contracts.method(contract, in.index());
        Refs refs = new Refs(this::direct, false);
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = Values.read(in, refs);
            if (!fits(types[i], arguments[i])) {
                throw new ProtocolException("an argument of another type than [" + method.getName() + "] has");
            }
        }
        in.done();
        lane.depth++;
        try {
            reply(lane, handle, contract, method, arguments, refs);
        } finally {
            lane.depth--;
        }
        lane.send();
    }

    private void reply(
            Lane lane, int handle, Class<?> contract, Method method, @Nullable Object[] arguments, Refs refs) {
        Throwable thrown;
        Exported exported = exports.get(handle);
        if (exported == null || !exported.contracts().contains(contract)) {
            thrown = new PluginException("stopped", "What is called is not there any more");
        } else {
            try {
                Object result = method.invoke(exported.target(), arguments);
                if (method.getName().equals("close") && arguments.length == 0) {
                    exports.remove(handle);
                }
                Out out = lane.out();
                out.u8(RETURN);
                Values.write(out, result, method.getReturnType(), refs);
                return;
            } catch (InvocationTargetException e) {
                thrown = e.getCause();
            } catch (Throwable e) { // Whatever comes of a plugin's code is for the caller.
                thrown = e;
            }
        }
        Out out = lane.out();
        out.u8(THROW);
        Failure.write(out, thrown);
    }

    private static boolean fits(Class<?> type, @Nullable Object value) {
        if (type == void.class) {
            return value == null;
        } else if (!type.isPrimitive()) {
            return value == null || type.isInstance(value);
        }
        return type == boolean.class && value instanceof Boolean
                || type == int.class && value instanceof Integer
                || type == long.class && value instanceof Long
                || type == double.class && value instanceof Double;
    }

    /**
     * The references of one call.
     *
     * <p>What a caller hands over with a call is the called one's until the call ends, but for what is registered: that is
     * kept until its registration is closed.
     */
    private final class Refs implements Values.Refs {
        private final Importer importer;
        private final boolean calling;
        private final List<Integer> lent = new ArrayList<>(2);

        Refs(Importer importer, boolean calling) {
            this.importer = importer;
            this.calling = calling;
        }

        void forget() {
            lent.forEach(exports::remove);
        }

        @Override
        public int theirs(Object value) {
            return Proxy.isProxyClass(value.getClass()) && Proxy.getInvocationHandler(value) instanceof Remote remote
                    ? remote.handle(Peer.this)
                    : -1;
        }

        @Override
        public int export(Object value, List<Class<?>> as) {
            int handle = Peer.this.export(value, as);
            if (calling && LENT.contains(as.get(0))) {
                lent.add(handle);
            }
            return handle;
        }

        @Override
        public Object imported(int handle, List<Class<?>> as) throws ProtocolException {
            if (as.isEmpty()) {
                throw new ProtocolException("an object without an interface");
            }
            return importer.take(handle, as);
        }

        @Override
        public Object own(int handle) throws ProtocolException {
            Exported exported = exports.get(handle);
            if (exported == null) {
                throw new ProtocolException("an object that was never handed out");
            }
            return exported.target();
        }

        @Override
        public Contracts contracts() {
            return contracts;
        }

        @Override
        public boolean takesViews() {
            return !host;
        }
    }

    /** What is used within the call that brings it alone. */
    private static final java.util.Set<Class<?>> LENT = java.util.Set.of(
            org.sallyport.api.policy.PolicyCall.class,
            org.sallyport.api.policy.Exchange.class,
            org.sallyport.api.action.ActionCall.class,
            java.util.function.UnaryOperator.class);
}
