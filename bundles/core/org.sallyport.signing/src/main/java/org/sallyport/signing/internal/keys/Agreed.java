package org.sallyport.signing.internal.keys;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionType;

/** Lists of permissions that are agreed to without asking, as they are written. */
public final class Agreed {
    /** All there are. */
    public static final List<Permission> ALL = Stream.of(PermissionType.values())
            .flatMap(type -> type.actions().keySet().stream().map(action -> new Permission(type.label(), action, "")))
            .sorted()
            .toList();

    private static final String EVERYTHING = "*";
    private static final int MAX = 1_000;

    private Agreed() {}

    /** @throws IllegalArgumentException if one is not understood; {@code *} alone stands for all */
    public static List<Permission> parse(Collection<String> texts) {
        if (texts.size() > MAX) {
            throw new IllegalArgumentException("there are more than [" + MAX + "] permissions");
        }
        return texts.contains(EVERYTHING)
                ? ALL
                : texts.stream()
                        .flatMap(text -> Permission.parse(text.strip()).stream())
                        .distinct()
                        .sorted()
                        .toList();
    }

    static List<String> write(List<Permission> permissions) {
        return permissions.equals(ALL)
                ? List.of(EVERYTHING)
                : permissions.stream().map(Permission::toString).sorted().toList();
    }
}
