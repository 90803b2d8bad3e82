package org.sallyport.spi.permission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A set of permissions, compiled once. Immutable; reads no file and looks nothing up. */
public final class PermissionSet implements Permissions {
    /** Nothing is permitted. */
    public static final PermissionSet NONE = new PermissionSet(List.of(), Places.NONE);

    private final List<Permission> list;
    private final Map<String, Map<String, Scopes.Scope[]>> byType = new HashMap<>();

    private PermissionSet(Collection<Permission> permissions, Places places) {
        list = List.copyOf(new TreeSet<>(permissions));
        Map<String, Map<String, List<Scopes.Scope>>> scopes = new HashMap<>();
        list.forEach(one -> scopes.computeIfAbsent(one.type(), type -> new HashMap<>())
                .computeIfAbsent(one.action(), action -> new ArrayList<>())
                .add(PermissionType.action(one.type(), one.action())
                        .scope(one.scope())
                        .at(places)));
        scopes.forEach((type, actions) -> {
            Map<String, Scopes.Scope[]> compiled = new HashMap<>();
            actions.forEach((action, some) -> compiled.put(action, some.toArray(Scopes.Scope[]::new)));
            byType.put(type, compiled);
        });
    }

    /**
     * Of permissions as they are declared.
     *
     * @param places what the variables in scopes stand for
     * @throws IllegalArgumentException if one of them is not understood
     */
    public static PermissionSet of(Collection<Permission> permissions, Places places) {
        return new PermissionSet(permissions, places);
    }

    @Override
    public boolean permits(String type, String action, String target) {
        return matches(type, action, target)
                && !(isOutgoing(type, action) && isPrivate(target) && !matches("net", "private", target));
    }

    private boolean matches(String type, String action, String target) {
        Map<String, Scopes.Scope[]> actions = byType.get(type);
        Scopes.Scope[] scopes = actions == null ? null : actions.get(action);
        if (scopes == null) {
            return false;
        }
        for (Scopes.Scope scope : scopes) {
            if (scope.matches(target)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutgoing(String type, String action) {
        return type.equals("net") && (action.equals("connect") || action.equals("udp"));
    }

    /** What cannot be read may be anywhere. */
    private static boolean isPrivate(String target) {
        HostScope.Target read = HostScope.Target.read(target);
        return read == null || read.isPrivate();
    }

    @Override
    public List<Permission> list() {
        return list;
    }

    @Override
    public String toString() {
        return list.toString();
    }
}
