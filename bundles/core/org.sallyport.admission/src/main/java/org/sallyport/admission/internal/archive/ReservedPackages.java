package org.sallyport.admission.internal.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The packages that no plugin brings classes of: Java's, the framework's and the platform's. Looks at names alone, also
 * below the folders of the class path and of other Java versions, and in nested archives.
 */
final class ReservedPackages {
    private static final List<String> RESERVED =
            List.of("java/", "jdk/", "sun/", "org/osgi/framework/", "org/sallyport/");

    /** Open to everybody below the platform's own name. */
    private static final String OPEN = "org/sallyport/plugin/";

    private static final Pattern OTHER_JAVA = Pattern.compile("^META-INF/versions/[0-9]{1,9}/");

    private ReservedPackages() {}

    static void check(Archive archive, Map<String, String> headers) throws ArchiveException {
        List<String> roots = new ArrayList<>(List.of(""));
        for (Clause clause : Imports.clauses(headers, "Bundle-ClassPath")) {
            for (String path : clause.paths()) {
                String root = path.startsWith("/") ? path.substring(1) : path;
                if (!root.isEmpty() && !root.equals(".")) {
                    roots.add(root.endsWith("/") ? root : root + "/");
                }
            }
        }
        check(archive, roots, "");
    }

    /** @param where the place of a nested archive, with a separator behind it; empty for the plugin's own */
    static void check(Archive archive, List<String> roots, String where) throws ArchiveException {
        for (String name : archive.names()) {
            for (String root : roots) {
                String below = name.startsWith(root)
                        ? OTHER_JAVA.matcher(name.substring(root.length())).replaceFirst("")
                        : "";
                if (below.endsWith(".class")
                        && !below.startsWith(OPEN)
                        && RESERVED.stream().anyMatch(below::startsWith)) {
                    throw ArchiveException.manifest("it brings the class [" + where + name
                            + "], whose package belongs to the platform; use a package of your own");
                }
            }
        }
    }
}
