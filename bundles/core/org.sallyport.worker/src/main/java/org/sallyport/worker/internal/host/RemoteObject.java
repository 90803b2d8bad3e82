package org.sallyport.worker.internal.host;

import java.lang.ref.Cleaner;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.worker.internal.wire.Peer;

/**
 * Stands in the host for an object that a plugin has in its worker. When the worker was started anew, it finds its object
 * again: a service by its place, what a service made by having it made once more. Thread-safe.
 */
final class RemoteObject implements InvocationHandler, Peer.Remote {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Session session;
    private final List<Class<?>> contracts;
    private final Origin origin;
    private final Place place;

    /** How an object is found in another worker than the one that it came from. */
    interface Origin {
        /** Its handle there. */
        int find(Session.Live live) throws Throwable;
    }

    /** Where it is now; apart, so that who cleans up after the object does not hold it. */
    private static final class Place {
        private Session.@Nullable Live live;
        private int handle;

        synchronized void release() {
            if (live != null) {
                live.worker().peer.released(handle);
                live = null;
            }
        }
    }

    private RemoteObject(Session session, List<Class<?>> contracts, Origin origin) {
        this.session = session;
        this.contracts = contracts;
        this.origin = origin;
        this.place = new Place();
    }

    /** A service, which lives as long as its worker. */
    static Object service(Session session, List<Class<?>> contracts, Origin origin) {
        return proxy(new RemoteObject(session, contracts, origin));
    }

    /** What a call gave, which is given back when nobody here has it any more. */
    static Object product(Session session, List<Class<?>> contracts, Origin origin, Session.Live live, int handle) {
        RemoteObject object = new RemoteObject(session, contracts, origin);
        object.place.live = live;
        object.place.handle = handle;
        Object proxy = proxy(object);
        CLEANER.register(proxy, object.place::release);
        return proxy;
    }

    private static Object proxy(RemoteObject object) {
        return Proxy.newProxyInstance(loader(object.contracts), object.contracts.toArray(Class<?>[]::new), object);
    }

    private static ClassLoader loader(List<Class<?>> contracts) {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        contracts.forEach(contract -> {
            ClassLoader loader = contract.getClassLoader();
            loaders.add(loader == null ? RemoteObject.class.getClassLoader() : loader);
        });
        return loaders.size() == 1 ? loaders.iterator().next() : new Joined(new ArrayList<>(loaders));
    }

    /** Sees the classes of several bundles. */
    private static final class Joined extends ClassLoader {
        private final List<ClassLoader> parts;

        Joined(List<ClassLoader> parts) {
            super(RemoteObject.class.getClassLoader());
            this.parts = parts;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            for (ClassLoader part : parts) {
                try {
                    return part.loadClass(name);
                } catch (ClassNotFoundException e) {
                    // The next one may have it.
                }
            }
            throw new ClassNotFoundException(name);
        }
    }

    @Override
    public int handle(Peer peer) {
        synchronized (place) {
            Session.Live live = place.live;
            return live != null && live.worker().peer == peer ? place.handle : -1;
        }
    }

    /** Its handle in the worker that runs now. */
    int handleIn(Session.Live live) throws Throwable {
        synchronized (place) {
            if (place.live == live) {
                return place.handle;
            }
        }
        int handle = origin.find(live);
        synchronized (place) {
            place.live = live;
            place.handle = handle;
        }
        return handle;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return Peer.ofObject(
                    proxy,
                    method,
                    arguments,
                    contracts.get(0).getSimpleName() + " of plugin [" + session.plugin() + "]");
        }
        if (method.getName().equals("close") && method.getParameterCount() == 0 && !isIn(session.live())) {
            // It went with its worker.
            return null;
        }
        return session.call(this, contract(method), method, arguments);
    }

    private boolean isIn(Session.@Nullable Live live) {
        synchronized (place) {
            return live != null && place.live == live;
        }
    }

    private Class<?> contract(Method method) {
        for (Class<?> contract : contracts) {
            if (method.getDeclaringClass().isAssignableFrom(contract)) {
                return contract;
            }
        }
        throw new IllegalStateException("no contract has [" + method.getName() + "]");
    }
}
