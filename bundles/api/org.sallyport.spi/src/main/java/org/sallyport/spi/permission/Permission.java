package org.sallyport.spi.permission;

import java.util.List;

/**
 * One permission. It is written {@code type.action:scope}, such as {@code file.read:/etc/hosts} or
 * {@code net.connect:*.example.org:443}; without a scope it is good wherever its type allows. Which types, actions and forms of
 * scopes there are says {@link PermissionType}. Made by the constructor it may be any; {@link #of} and {@link #parse} refuse what
 * is not understood.
 *
 * @param type such as {@code file}, {@code net}, {@code env}
 * @param action such as {@code read}, {@code connect}
 * @param scope where it is good, in the form of its type; empty for wherever the type allows
 */
public record Permission(String type, String action, String scope) implements Comparable<Permission> {
    /** Most characters of a scope. */
    public static final int MAX_SCOPE = 1_000;

    /**
     * One that is understood, in its one written form: {@code *} and {@code all} are the empty scope.
     *
     * @throws IllegalArgumentException whose message says what is wrong, and what was probably meant
     */
    public static Permission of(String type, String action, String scope) {
        PermissionType.Action known = PermissionType.action(type, action);
        String written = scope.equals("*") || scope.equals("all") ? "" : scope;
        known.scope(written);
        return new Permission(type, action, written);
    }

    /**
     * Reads a text. An older name, such as {@code file_read} or {@code read:config}, may stand for several.
     *
     * @return at least one
     * @throws IllegalArgumentException whose message says what is wrong, and what was probably meant
     */
    public static List<Permission> parse(String text) {
        return OlderNames.of(text).orElseGet(() -> {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            int dot = name.indexOf('.');
            if (dot < 0) {
                throw PermissionType.unknown(name);
            }
            return List.of(
                    of(name.substring(0, dot), name.substring(dot + 1), colon < 0 ? "" : text.substring(colon + 1)));
        });
    }

    /**
     * Whether each act that another one is good for is covered by this one. It errs to the safe side: what cannot be compared,
     * such as a folder by its path with <code>${data}</code>, is not covered.
     *
     * @throws IllegalArgumentException if either is not understood
     */
    public boolean covers(Permission other) {
        if (!type.equals(other.type) || !action.equals(other.action)) {
            return false;
        }
        PermissionType.Action known = PermissionType.action(type, action);
        return scope.isEmpty() || !other.scope.isEmpty() && known.scope(scope).covers(known.scope(other.scope));
    }

    /** How many a second, of one whose scope says so; {@link Integer#MAX_VALUE} for as many as one likes. */
    public int rate() {
        return type.isEmpty() || scope.isEmpty() ? Integer.MAX_VALUE : Scopes.rate(scope);
    }

    @Override
    public int compareTo(Permission other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return type + '.' + action + (scope.isEmpty() ? "" : ":" + scope);
    }
}
