package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;

@DisplayName("The wall")
class WallTest {
    private static final Bundle PLUGIN = bundle(7, Wall.LOCATION + "x");
    private static final Bundle PLATFORM = bundle(3, "platform");

    private final Wall wall = new Wall(2);

    @Test
    @DisplayName("hides a plugin's event from all others, also when one of them is being stopped just then")
    void stoppedListener() {
        BundleContext stopped = context(null);
        BundleContext other = context(PLATFORM);
        BundleContext own = context(PLUGIN);
        BundleContext admission = context(bundle(2, "admission"));
        BundleContext framework = context(bundle(0, "System Bundle"));
        for (List<BundleContext> order : List.of(
                List.of(stopped, other, own, admission, framework),
                List.of(own, other, framework, stopped, admission))) {
            Map<BundleContext, Collection<ListenerInfo>> listeners = new LinkedHashMap<>();
            order.forEach(one -> listeners.put(one, List.of()));

            wall.event(new ServiceEvent(ServiceEvent.REGISTERED, service(PLUGIN)), listeners);

            assertThat(listeners.keySet()).containsExactlyInAnyOrder(own, admission, framework);
        }
    }

    private static BundleContext context(Bundle bundle) {
        return proxy(BundleContext.class, name -> switch (name) {
            case "getBundle" -> {
                if (bundle == null) {
                    throw new IllegalStateException("Invalid BundleContext.");
                }
                yield bundle;
            }
            default -> null;
        });
    }

    private static ServiceReference<?> service(Bundle bundle) {
        return proxy(ServiceReference.class, name -> switch (name) {
            case "getBundle" -> bundle;
            case "getProperty" -> new String[] {"java.lang.Runnable"};
            default -> null;
        });
    }

    private static Bundle bundle(long id, String location) {
        return proxy(Bundle.class, name -> switch (name) {
            case "getBundleId" -> id;
            case "getLocation" -> location;
            default -> null;
        });
    }

    private interface Answers {
        Object to(String method);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> switch (method.getName()) {
                    case "equals" -> self == args[0];
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> type.getSimpleName();
                    default -> answers.to(method.getName());
                }));
    }
}
