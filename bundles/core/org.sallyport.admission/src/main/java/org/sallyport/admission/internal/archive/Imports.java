package org.sallyport.admission.internal.archive;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a plugin may not ask of the framework. The resolver hook asks {@link #isClosed} too, for each wire. */
public final class Imports {
    private static final Set<String> SYSTEM = Set.of("system.bundle", "org.apache.felix.framework");

    private static final String PLUGINS = "org.sallyport.plugin.";

    /**
     * Packages, with those below, that the framework and the platform's bundles export for the platform's own use: by these
     * the framework is changed rather than used, or they are no API of Java's.
     */
    private static final List<String> OF_THE_HOST = List.of(
            "com.sun",
            "io.netty",
            "org.apache.felix",
            "org.jline",
            "org.osgi.framework.connect",
            "org.osgi.framework.hooks",
            "org.osgi.framework.launch",
            "org.osgi.framework.startlevel",
            "org.osgi.service.cm",
            "org.osgi.service.condpermadmin",
            "org.osgi.service.packageadmin",
            "org.osgi.service.permissionadmin",
            "org.osgi.service.resolver",
            "org.osgi.service.startlevel",
            "org.osgi.service.url",
            "sun");

    private Imports() {}

    /**
     * Whether a package of others is closed to plugins: the builders' contracts, whatever calls itself internal, and what is there
     * for the platform's own use.
     */
    public static boolean isClosed(String name) {
        return isInternal(name) || OF_THE_HOST.stream().anyMatch(closed -> isOrBelow(name, closed));
    }

    private static boolean isInternal(String name) {
        return isOrBelow(name, "org.sallyport.spi")
                || List.of(name.split("\\.")).contains("internal");
    }

    /** Whether plugins have a package from the platform alone: its own but for those of its plugins, the framework's, the log's. */
    private static boolean isThePlatforms(String name) {
        return Stream.of("org.sallyport", "org.osgi", "org.slf4j").anyMatch(root -> isOrBelow(name, root))
                && !name.startsWith(PLUGINS);
    }

    private static boolean isOrBelow(String name, String parent) {
        return name.startsWith(parent) && (name.length() == parent.length() || name.charAt(parent.length()) == '.');
    }

    static void check(Map<String, String> headers) throws ArchiveException {
        refuse(headers, "Fragment-Host", "a plugin cannot be a fragment of another bundle");
        refuse(headers, "DynamicImport-Package", "a plugin says which packages it needs in Import-Package");
        refuse(headers, "Launcher-Agent-Class", "a plugin cannot be an agent");
        refuse(headers, "Premain-Class", "a plugin cannot be an agent");
        refuse(headers, "Agent-Class", "a plugin cannot be an agent");
        refuse(headers, "Bundle-NativeCode", "a plugin cannot bring native code");
        for (Clause clause : clauses(headers, "Import-Package")) {
            // Libraries that it embeds ask so for what they can do without; they get no wire.
            boolean needed = !"optional".equals(clause.directives().get("resolution"));
            for (String name : clause.paths()) {
                if (needed ? isClosed(name) : isInternal(name)) {
                    throw ArchiveException.manifest("it imports the package [" + name
                            + "], which is closed to plugins; they use org.sallyport.api and plugin types alone");
                }
            }
        }
        for (Clause clause : clauses(headers, "Export-Package")) {
            for (String name : clause.paths()) {
                if (isThePlatforms(name) || isInternal(name)) {
                    throw ArchiveException.manifest(
                            "it exports the package [" + name + "], which is not a plugin's to give");
                }
            }
        }
        for (Clause clause : clauses(headers, "Require-Bundle")) {
            for (String name : clause.paths()) {
                if (SYSTEM.contains(name)) {
                    throw ArchiveException.manifest("it requires the bundle [" + name
                            + "], which is closed to plugins; import single packages of org.sallyport.api");
                }
            }
        }
    }

    private static void refuse(Map<String, String> headers, String header, String why) throws ArchiveException {
        if (headers.containsKey(header)) {
            throw ArchiveException.manifest("its manifest has [" + header + "]: " + why);
        }
    }

    /** The clauses of a header; none if it is not there. */
    static List<Clause> clauses(Map<String, String> headers, String header) throws ArchiveException {
        String text = headers.get(header);
        return text == null || text.isBlank() ? List.of() : Clause.parse(header, text);
    }
}
