package org.sallyport.worker.internal.child;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionSet;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.permission.Places;

/**
 * Makes permissions of what the host says, as they are here: the plugin's folders have other paths in a jail.
 *
 * @param places where they are
 * @param own what each plugin needs of its worker
 */
record ChildRights(Places places, List<String> own) {
    ChildRights {
        own = List.copyOf(own);
    }

    /** What is not understood is not granted. */
    Permissions of(List<String> granted) {
        List<Permission> all = new ArrayList<>();
        granted.forEach(text -> add(text, all));
        own.forEach(text -> add(text, all));
        return PermissionSet.of(all, places);
    }

    /** Whether an act is one that its worker needs, and not the plugin. */
    boolean isOwn(Permission act) {
        return own.contains(act.toString());
    }

    private static void add(String text, List<Permission> all) {
        try {
            all.addAll(Permission.parse(text));
        } catch (IllegalArgumentException e) {
            // The host is of the same version, so there is none.
        }
    }
}
