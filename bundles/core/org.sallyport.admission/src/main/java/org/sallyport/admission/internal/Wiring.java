package org.sallyport.admission.internal;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Finds out why a bundle does not resolve: the last missing link, in words. */
final class Wiring {
    private static final Pattern LEAST = Pattern.compile("\\(version>=([^)]{1,100})\\)");
    private static final Pattern MOST = Pattern.compile("\\(!\\(version>=([^)]{1,100})\\)\\)");

    private final BundleContext context;
    private final BiPredicate<Bundle, BundleRevision> offered;

    /** @param offered whether a bundle may have a wire to a revision of another one */
    Wiring(BundleContext context, BiPredicate<Bundle, BundleRevision> offered) {
        this.context = context;
        this.offered = offered;
    }

    /** What is missing, or empty if no single requirement is. */
    Optional<String> missing(Bundle bundle) {
        return missing(bundle, new HashSet<>());
    }

    private Optional<String> missing(Bundle bundle, Set<Bundle> seen) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision == null || !seen.add(bundle)) {
            return Optional.empty();
        }
        for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
            if (!isNeeded(requirement)) {
                continue;
            }
            Optional<Bundle> provider = provider(bundle, requirement);
            if (provider.isEmpty()) {
                return Optional.of(sentence(bundle, requirement));
            } else if (provider.get().getState() == Bundle.INSTALLED) {
                Optional<String> further = missing(provider.get(), seen);
                if (further.isPresent()) {
                    return Optional.of(
                            "needs bundle [" + provider.get().getSymbolicName() + "], which " + further.get());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isNeeded(BundleRequirement requirement) {
        String effective = requirement.getDirectives().getOrDefault(Constants.EFFECTIVE_DIRECTIVE, "resolve");
        String resolution = requirement.getDirectives().getOrDefault(Constants.RESOLUTION_DIRECTIVE, "mandatory");
        return effective.equals("resolve")
                && resolution.equals("mandatory")
                && !requirement.getNamespace().equals(HostNamespace.HOST_NAMESPACE);
    }

    private Optional<Bundle> provider(Bundle asking, BundleRequirement requirement) {
        Optional<Bundle> unresolved = Optional.empty();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision == null || !offered.test(asking, revision)) {
                continue;
            }
            for (BundleCapability capability : revision.getDeclaredCapabilities(requirement.getNamespace())) {
                if (requirement.matches(capability)) {
                    if (bundle.getState() != Bundle.INSTALLED) {
                        return Optional.of(bundle);
                    }
                    unresolved = Optional.of(bundle);
                }
            }
        }
        return unresolved;
    }

    private String sentence(Bundle asking, BundleRequirement requirement) {
        String filter = requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, "");
        String namespace = requirement.getNamespace();
        String name = value(filter, namespace);
        return switch (namespace) {
            case PackageNamespace.PACKAGE_NAMESPACE ->
                "needs package [" + name + "]" + range(filter) + ", which " + exported(asking, name);
            case BundleNamespace.BUNDLE_NAMESPACE ->
                "needs bundle [" + name + "]" + range(filter) + ", which is not there";
            case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE ->
                "needs another Java: " + filter + "; this is [" + System.getProperty("java.version") + "]";
            default -> "needs the capability [" + namespace + "] " + Causes.cut(filter) + ", which nobody provides";
        };
    }

    private String exported(Bundle asking, String name) {
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision == null || !offered.test(asking, revision)) {
                continue;
            }
            for (BundleCapability capability : revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
                if (name.equals(capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))) {
                    return "is exported by [" + bundle.getSymbolicName() + "] in version ["
                            + capability.getAttributes().get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE) + "] only";
                }
            }
        }
        return "nobody exports";
    }

    private static String value(String filter, String name) {
        String start = "(" + name + "=";
        int at = filter.indexOf(start);
        int end = at < 0 ? -1 : filter.indexOf(')', at);
        return end < 0 ? "" : filter.substring(at + start.length(), end);
    }

    private static String range(String filter) {
        Matcher least = LEAST.matcher(filter);
        Matcher most = MOST.matcher(filter);
        String from = least.find() ? least.group(1) : "";
        if (most.find()) {
            return " [" + from + "," + most.group(1) + ")";
        }
        return from.isEmpty() || from.equals("0.0.0") ? "" : " [" + from + ",∞)";
    }
}
