package org.sallyport.admission.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/** As much of a framework as admission needs to bring bundles in and out; no code of theirs is run. */
final class FakeFramework {
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, String> bundles = new ConcurrentSkipListMap<>();
    final BundleContext context =
            (BundleContext) fake(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
                case "installBundle" -> bundle((String) arguments[0]);
                case "getBundle" -> system();
                default -> null;
            });

    /** The digests of the bundles that are there. */
    List<String> digests() {
        return bundles.values().stream().map(location -> location.split(":")[1]).toList();
    }

    private Bundle bundle(String location) {
        long id = ids.incrementAndGet();
        bundles.put(id, location);
        return (Bundle) fake(Bundle.class, (self, method, arguments) -> switch (method.getName()) {
            case "getBundleId" -> id;
            case "getLocation" -> location;
            case "getState" -> bundles.containsKey(id) ? Bundle.ACTIVE : Bundle.UNINSTALLED;
            case "getHeaders" -> new java.util.Hashtable<String, String>();
            case "adapt" ->
                arguments[0] == BundleRevision.class ? fake(BundleRevision.class, (me, what, with) -> null) : null;
            case "uninstall" -> {
                bundles.remove(id);
                yield null;
            }
            default -> null;
        });
    }

    private static Bundle system() {
        return (Bundle) fake(
                Bundle.class,
                (self, method, arguments) -> method.getName().equals("adapt")
                        ? fake(
                                FrameworkWiring.class,
                                (me, what, with) -> what.getReturnType() == boolean.class ? (Object) true : List.of())
                        : null);
    }

    private static Object fake(Class<?> type, InvocationHandler answers) {
        return Proxy.newProxyInstance(FakeFramework.class.getClassLoader(), new Class<?>[] {type}, answers);
    }
}
