package org.sallyport.launcher.internal.guard;

import java.util.Dictionary;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleReference;
import org.osgi.framework.Constants;

/** The framework: other bundles, what a bundle registers, and framework properties. */
final class BundleActs {
    private static final Set<String> FREE_PROPERTIES = Set.of(
            Constants.FRAMEWORK_VERSION,
            Constants.FRAMEWORK_VENDOR,
            Constants.FRAMEWORK_LANGUAGE,
            Constants.FRAMEWORK_OS_NAME,
            Constants.FRAMEWORK_OS_VERSION,
            Constants.FRAMEWORK_PROCESSOR,
            "sallyport.version");

    /** What changes how the framework or the JVM works for all. */
    private static final List<String> HOOKS = List.of(
            "org.osgi.framework.hooks.",
            "org.osgi.service.url.",
            "java.net.URLStreamHandler",
            "java.net.ContentHandler");

    private BundleActs() {}

    static Map<String, Act> named() {
        return Map.of(
                "bundle.list",
                BundleActs::list,
                "bundle.inspect",
                (Act.OnFramework) (who, arguments) -> other(who, arguments[0], "inspect"),
                "bundle.lifecycle",
                (Act.OnFramework) (who, arguments) -> other(who, arguments[0], "lifecycle"),
                // Of itself neither: a new version comes in by the front door.
                "bundle.replace",
                (Act.OnFramework) (who, arguments) -> isOwn(who, arguments[0])
                        ? List.of(Need.never("bundle", "lifecycle", name(arguments[0])))
                        : other(who, arguments[0], "lifecycle"),
                "bundle.property",
                BundleActs::property,
                "service.names",
                BundleActs::names,
                "service.ranking",
                BundleActs::ranking);
    }

    private static @Nullable Bundle bundle(Object object) {
        return object instanceof Bundle bundle ? bundle : ((BundleReference) object).getBundle();
    }

    private static boolean isOwn(Confined who, Object object) {
        Bundle bundle = bundle(object);
        return bundle == null || who.domains().of(bundle) == who;
    }

    private static String name(Object object) {
        Bundle bundle = bundle(object);
        return bundle == null || bundle.getSymbolicName() == null ? Need.ALL : bundle.getSymbolicName();
    }

    private static List<Need> other(Confined who, Object object, String action) {
        return isOwn(who, object) ? List.of() : List.of(Need.named("bundle", action, name(object)));
    }

    /** Who has to do with other bundles may find them. */
    private static List<Need> list(Confined who, Object[] arguments) {
        return List.of(Need.of(
                "bundle",
                "inspect",
                Need.ALL,
                granted -> granted.list().stream().anyMatch(one -> one.type().equals("bundle"))));
    }

    private static List<Need> property(Confined who, Object[] arguments) {
        String key = (String) arguments[0];
        return key == null || FREE_PROPERTIES.contains(key) || CodeActs.isFree("prop", "read", key)
                ? List.of()
                : List.of(Need.named("prop", "read", key));
    }

    /** Nobody changes the copy between this and the registration. */
    private static List<Need> names(Confined who, Object[] arguments) {
        String[] names = ((String[]) arguments[0]).clone();
        arguments[0] = names;
        for (String name : names) {
            if (name != null && HOOKS.stream().anyMatch(name::startsWith)) {
                return List.of(Need.never("service", "publish", name));
            }
        }
        return List.of();
    }

    /** A ranking that was not granted is the usual one, so that the host's service stays the first. */
    private static List<Need> ranking(Confined who, Object[] arguments) {
        if (arguments[0] instanceof Dictionary<?, ?> given) {
            Dictionary<Object, Object> copy = new Hashtable<>();
            for (Enumeration<?> keys = given.keys(); keys.hasMoreElements(); ) {
                Object key = keys.nextElement();
                Object value = given.get(key);
                if (key != null && value != null && !(isRanking(key) && isHigh(value) && !mayRank(who, arguments[2]))) {
                    copy.put(key, value);
                }
            }
            arguments[0] = copy;
        }
        return List.of();
    }

    private static boolean isRanking(Object key) {
        return key instanceof String text && text.equalsIgnoreCase(Constants.SERVICE_RANKING);
    }

    private static boolean isHigh(Object value) {
        return !(value instanceof Integer ranking) || ranking > 0;
    }

    private static boolean mayRank(Confined who, @Nullable Object names) {
        return names instanceof String[] services
                ? Stream.of(services).allMatch(name -> who.permitted().permits("service", "rank", String.valueOf(name)))
                : who.permitted().permits("service", "rank", Need.ALL);
    }
}
