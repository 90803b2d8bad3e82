package org.sallyport.spi.permission;

import java.io.File;

/**
 * A path, what lies in a folder, or a folder with all below it. It begins with a slash or a variable.
 *
 * @param base the variable that it begins with; empty if with none
 * @param path the rest: empty, or a slash and what follows; without one at its end
 */
record PathScope(String base, String path, Reach reach) implements Scopes.Scope {
    private static final boolean SLASHES = File.separatorChar == '/';

    /** How far it goes. */
    enum Reach {
        /** The path alone. */
        ITSELF,
        /** What lies in it. */
        CHILDREN,
        /** It and all below it. */
        TREE
    }

    static PathScope parse(String text) {
        String base = text.startsWith(Places.DATA) ? Places.DATA : text.startsWith(Places.TMP) ? Places.TMP : "";
        String path = text.substring(base.length());
        if (!base.isEmpty() && path.isEmpty()) {
            return new PathScope(base, "", Reach.TREE);
        }
        Reach reach = path.endsWith("/**") ? Reach.TREE : path.endsWith("/*") ? Reach.CHILDREN : Reach.ITSELF;
        path = path.substring(0, path.length() - (reach == Reach.TREE ? 3 : reach == Reach.CHILDREN ? 2 : 0));
        if (!(path.isEmpty() && reach != Reach.ITSELF) && !isNormal(path)) {
            throw new IllegalArgumentException(
                    "it is an absolute path without [.], [..] and empty names, or one below [" + Places.DATA + "] or ["
                            + Places.TMP + "]; [/*] or [/**] may stand at its end");
        } else if (path.contains("*") || path.contains("${") || path.contains(",")) {
            throw new IllegalArgumentException("[*], a comma or another variable cannot stand in it");
        }
        return new PathScope(base, path.equals("/") ? "" : path, path.equals("/") ? Reach.ITSELF : reach);
    }

    /** Whether it is absolute, and says in one way only where it leads. */
    static boolean isNormal(String path) {
        if (path.isEmpty() || path.charAt(0) != '/' && !isDrive(path) || path.indexOf('\0') >= 0) {
            return false;
        }
        if (path.length() == 1) {
            return true;
        }
        int start = path.indexOf('/') + 1;
        while (start <= path.length()) {
            int end = path.indexOf('/', start);
            end = end < 0 ? path.length() : end;
            int length = end - start;
            if (length == 0
                    || length == 1 && path.charAt(start) == '.'
                    || length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.') {
                return false;
            }
            start = end + 1;
        }
        return true;
    }

    private static boolean isDrive(String path) {
        return !SLASHES && path.length() > 2 && path.charAt(1) == ':' && path.charAt(2) == '/';
    }

    @Override
    public boolean matches(String target) {
        String asked = SLASHES ? target : target.replace(File.separatorChar, '/');
        return base.isEmpty() && isNormal(asked) && reaches(asked.equals("/") ? "" : asked);
    }

    private boolean reaches(String asked) {
        return switch (reach) {
            case ITSELF -> asked.equals(path);
            case TREE -> asked.equals(path) || isBelow(asked);
            case CHILDREN -> isBelow(asked) && asked.indexOf('/', path.length() + 1) < 0;
        };
    }

    private boolean isBelow(String asked) {
        return asked.length() > path.length() + 1 && asked.startsWith(path) && asked.charAt(path.length()) == '/';
    }

    @Override
    public boolean covers(Scopes.Scope other) {
        if (!(other instanceof PathScope wanted)) {
            return false;
        } else if (base.isEmpty() && path.isEmpty() && reach == Reach.TREE) {
            return true;
        } else if (!base.equals(wanted.base)) {
            return false;
        }
        return switch (wanted.reach) {
            case ITSELF -> reaches(wanted.path);
            case TREE -> reach == Reach.TREE && reaches(wanted.path);
            case CHILDREN -> reach == Reach.TREE ? reaches(wanted.path) : equals(wanted);
        };
    }

    @Override
    public Scopes.Scope at(Places places) {
        String place = base.equals(Places.DATA) ? places.data() : base.equals(Places.TMP) ? places.tmp() : "";
        return place.isEmpty()
                ? this
                : new PathScope("", (SLASHES ? place : place.replace(File.separatorChar, '/')) + path, reach);
    }
}
