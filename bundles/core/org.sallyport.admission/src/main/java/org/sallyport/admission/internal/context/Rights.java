package org.sallyport.admission.internal.context;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionSet;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * What one revision of a plugin may do with what it is given. It is asked at each act, so what is granted or taken back counts at
 * once. Of a plugin that is not held to its grants it is only taken down what it does. Thread-safe.
 */
public final class Rights {
    /** The code of the exceptions. */
    static final String DENIED = "permission_denied";

    /** The code of the exceptions for what is done more often than it may be. */
    static final String TOO_OFTEN = "too_often";

    private static final String LAYER = "context";

    private final PluginDescriptor plugin;
    private final boolean held;
    private final Places places;
    private final Supplier<@Nullable Grants> grants;
    private final Supplier<@Nullable PermissionUse> use;
    private volatile Rates rates = new Rates(PermissionSet.NONE, List.of());

    /**
     * @param held whether it is held to its grants
     * @param places what the variables of its scopes stand for
     * @param grants null while nobody knows them: then nothing is granted
     */
    public Rights(
            PluginDescriptor plugin,
            boolean held,
            Places places,
            Supplier<@Nullable Grants> grants,
            Supplier<@Nullable PermissionUse> use) {
        this.plugin = plugin;
        this.held = held;
        this.places = places;
        this.grants = grants;
        this.use = use;
    }

    /** Of a plugin that may do all and of which nothing is taken down. */
    public static Rights all(PluginDescriptor plugin) {
        return new Rights(plugin, false, Places.NONE, () -> null, () -> null);
    }

    private Permissions now() {
        Grants known = grants.get();
        return known == null ? PermissionSet.NONE : known.of(plugin.id(), plugin.version());
    }

    /** Whether it may; nothing is taken down. */
    public boolean may(String type, String action, String target) {
        return !held || now().permits(type, action, target);
    }

    /** @throws PluginException if it may not */
    void check(String type, String action, String target) {
        boolean may = may(type, action, target);
        String sentence = tell(type, action, target, may);
        if (!may) {
            throw denied(sentence, type, action);
        }
    }

    private String tell(String type, String action, String target, boolean may) {
        PermissionUse book = use.get();
        return book == null
                ? ""
                : book.report(plugin.id(), plugin.version(), new Permission(type, action, target), may, LAYER);
    }

    private PluginException denied(String sentence, String type, String action) {
        return new PluginException(
                DENIED,
                sentence.isEmpty()
                        ? "Plugin [" + plugin.id() + "] has no permission [" + type + "." + action + "]"
                        : sentence);
    }

    /** @throws PluginException if it may neither */
    void checkFolder() {
        check("file", may("file", "read", places.data()) ? "read" : "write", places.data());
    }

    void checkRead() {
        check("file", "read", places.data());
    }

    void checkWrite() {
        check("file", "write", places.data());
    }

    /** @throws PluginException if it may not, or not so often */
    void checkRate(String type, String action, String target) {
        check(type, action, target);
        if (held && !rates().allow(type, action, target)) {
            throw new PluginException(
                    TOO_OFTEN,
                    "Plugin [" + plugin.id() + "] does [" + type + "." + action + "] on [" + target
                            + "] more often than it was granted");
        }
    }

    /** How many of these it may have at a time, at most that many. */
    int most(String type, String action, int most) {
        int many = most;
        while (many > 0 && !may(type, action, Integer.toString(many))) {
            many--;
        }
        return many;
    }

    /** Whether one more line of the log is within its rate: that of its permission, or the one that everybody has. */
    boolean allowsLine(RateLimit everybody) {
        return !held || everybody.allow() || rates().allow("log", "publish", "");
    }

    private Rates rates() {
        Permissions permissions = now();
        Rates known = rates;
        if (known.of != permissions) {
            known = Rates.of(permissions, places);
            rates = known;
        }
        return known;
    }

    /** The rates of a set of permissions. */
    private record Rates(Permissions of, List<Limited> limited) {
        private record Limited(
                Permission permission,
                PermissionSet one,
                @Nullable RateLimit limit) {}

        static Rates of(Permissions permissions, Places places) {
            List<Limited> limited = new ArrayList<>();
            for (Permission one : permissions.list()) {
                if (one.type().equals("event") || one.type().equals("log")) {
                    limited.add(new Limited(
                            one,
                            PermissionSet.of(List.of(one), places),
                            one.rate() == Integer.MAX_VALUE ? null : new RateLimit(one.rate(), one.rate())));
                }
            }
            return new Rates(permissions, List.copyOf(limited));
        }

        boolean allow(String type, String action, String target) {
            boolean known = false;
            for (Limited one : limited) {
                if (one.one.permits(type, action, target)) {
                    known = true;
                    RateLimit limit = one.limit;
                    if (limit == null || limit.allow()) {
                        return true;
                    }
                }
            }
            // Permitted, but by none of those: it is recorded, and may do as it likes.
            return !known && of.permits(type, action, target);
        }
    }
}
