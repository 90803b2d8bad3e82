package org.sallyport.permission.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.permission.Permission;

/**
 * What an operator decided of one version: of what, and what of it was granted. What was decided and not granted is refused, and
 * is not asked about again. Immutable.
 */
record Decision(Set<Permission> decided, Set<Permission> granted) {
    static final Decision NONE = new Decision(Set.of(), Set.of());

    /** Most permissions of either. */
    static final int MAX = 2_000;

    Decision {
        decided = Set.copyOf(decided);
        granted = Set.copyOf(granted);
    }

    /** Whether it was decided of all that a permission is good for. */
    boolean decides(Permission permission) {
        return decided.stream().anyMatch(one -> one.covers(permission));
    }

    /** What of it was granted: all, or narrower ones. */
    List<Permission> grantedOf(Permission asked) {
        if (granted.stream().anyMatch(one -> one.covers(asked))) {
            return List.of(asked);
        }
        return granted.stream().filter(asked::covers).toList();
    }

    /**
     * One more is granted. What it is a part of counts as decided with it: the rest of that was not granted.
     *
     * @param asked what the version asks for
     */
    Decision grant(Permission permission, Collection<Permission> asked) {
        Set<Permission> more = new TreeSet<>(granted);
        more.add(permission);
        Set<Permission> known = new TreeSet<>(decided);
        known.add(permission);
        asked.stream()
                .filter(one -> one.covers(permission) || permission.covers(one))
                .forEach(known::add);
        return bounded(known, more);
    }

    /**
     * One is refused, with all narrower ones.
     *
     * @param asked what the version asks for
     */
    Decision revoke(Permission permission, Collection<Permission> asked) {
        Set<Permission> less = new TreeSet<>(granted);
        less.removeIf(permission::covers);
        Set<Permission> known = new TreeSet<>(decided);
        known.add(permission);
        asked.stream().filter(permission::covers).forEach(known::add);
        return bounded(known, less);
    }

    private static Decision bounded(Set<Permission> decided, Set<Permission> granted) {
        if (decided.size() > MAX || granted.size() > MAX) {
            throw new PluginException(
                    "too_many",
                    "There are more than [" + MAX + "] decisions about one version; revoke wider ones instead");
        }
        return new Decision(decided, granted);
    }

    /** What of it concerns a version. */
    Decision only(Collection<Permission> asked) {
        Set<Permission> decidedOf = new TreeSet<>();
        Set<Permission> grantedOf = new TreeSet<>();
        for (Permission one : asked) {
            if (decides(one)) {
                decidedOf.add(one);
                grantedOf.addAll(grantedOf(one));
            }
        }
        return new Decision(decidedOf, grantedOf);
    }

    Document toDocument() {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("decided", texts(decided));
        members.put("granted", texts(granted));
        return Document.object(members);
    }

    private static Document texts(Set<Permission> permissions) {
        return Document.array(new TreeSet<>(permissions)
                .stream().map(one -> Document.of(one.toString())).toList());
    }

    static Decision of(Document document) {
        return new Decision(permissions(document.get("decided")), permissions(document.get("granted")));
    }

    /** What is not understood was written by a newer release: nobody decided of it here. */
    private static Set<Permission> permissions(Document texts) {
        List<Permission> permissions = new ArrayList<>();
        for (Document text : texts.values()) {
            try {
                permissions.addAll(Permission.parse(text.text("")));
            } catch (IllegalArgumentException e) {
                continue;
            }
        }
        return Set.copyOf(permissions);
    }
}
