package org.sallyport.spi.permission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;

/** Reads what manifests ask for. */
public final class PermissionRequests {
    /** What an older name may have as its action: it says itself what it is for. */
    private static final Set<String> WHICHEVER = Set.of("all", "*", "use");

    private PermissionRequests() {}

    /**
     * A permission that is asked for.
     *
     * @param reason why; may be empty
     * @param always whether somebody has to consent, whatever is configured
     */
    public record Asked(Permission permission, String reason, boolean always) {}

    /**
     * All that is asked for, each once, in the order of the manifest.
     *
     * @throws IllegalArgumentException whose message says what is not understood, and what was probably meant
     */
    public static List<Asked> of(List<PermissionRequest> requests) {
        Map<Permission, Asked> asked = new LinkedHashMap<>();
        for (PermissionRequest request : requests) {
            boolean always = request.scope().equals(OlderNames.ASKED);
            permissions(request)
                    .forEach(one -> asked.merge(
                            one,
                            new Asked(one, request.reason(), always),
                            (first, other) -> new Asked(one, first.reason(), first.always() || other.always())));
        }
        return List.copyOf(asked.values());
    }

    private static List<Permission> permissions(PermissionRequest request) {
        List<Permission> permissions = new ArrayList<>();
        String type = request.type();
        String scope = request.scope();
        for (String action : request.actions()) {
            if (WHICHEVER.contains(action) && OlderNames.all().contains(type)) {
                permissions.addAll(OlderNames.of(type, scope).orElseThrow());
            } else {
                permissions.addAll(OlderNames.of(type + ':' + action, scope)
                        .orElseGet(() -> List.of(Permission.of(type, action, OlderNames.scope(type, scope)))));
            }
        }
        return permissions;
    }
}
