package org.sallyport.launcher.internal.guard;

import java.util.function.Predicate;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.Permissions;

/**
 * What an act needs. Immutable, and cheap to make, as it is made at each guarded call of a plugin.
 *
 * @param target what it is done to, as the plugin said it: a message must not tell what is there and what a link leads to
 * @param test whether permissions cover it; called while the guard is not asked
 * @param kept as what the answer is kept with the target, for as long as the permissions are the same; empty if it is not
 */
record Need(String type, String action, String target, Predicate<Permissions> test, String kept) {
    /** Stands for what has no name, or for all of them. */
    static final String ALL = "*";

    /** Something with a name. */
    static Need named(String type, String action, String target) {
        return of(type, action, target, granted -> granted.permits(type, action, target));
    }

    /** Something of which the answer holds as long as the permissions do. */
    static Need of(String type, String action, String target, Predicate<Permissions> test) {
        return new Need(type, action, target, test, type + '.' + action);
    }

    /** Something that nobody who is confined may do, whatever he was granted. */
    static Need never(String type, String action, String target) {
        return new Need(type, action, target, granted -> false, "");
    }

    /** Something to a file. @param follow whether the last part of the path is followed if it is a link */
    static Need file(String action, String path, boolean follow) {
        return new Need(
                "file",
                action,
                path,
                granted -> FilePlaces.permits(granted, action, path, follow),
                follow ? action : FilePlaces.LINKS.getOrDefault(action, ""));
    }

    /** For messages and records. */
    Permission permission() {
        return new Permission(
                type, action, type.equals("file") || action.equals("unix") ? RealPaths.absolute(target) : target);
    }
}
