package org.sallyport.admission.internal.archive;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the archives inside of a plugin's archive as strictly as that: those on its class path, and all that are named
 * like one. They share the limits of one archive, so that nesting makes no bomb.
 */
final class NestedArchives {
    /** How deep archives may lie in each other: the plugin's is 0, so the last that is read is 2. */
    static final int MAX_DEPTH = 2;

    private static final List<String> ENDINGS = List.of(".jar", ".war", ".ear", ".par", ".kar", ".esa");

    private long unpacked;
    private int entries;

    private NestedArchives(Archive plugin) {
        unpacked = plugin.unpacked();
        entries = plugin.names().size();
    }

    /** @throws ArchiveException with the place of the archive that is refused */
    static void check(Archive plugin, Map<String, String> headers) throws ArchiveException {
        Set<String> classPath = new LinkedHashSet<>();
        for (Clause clause : Imports.clauses(headers, "Bundle-ClassPath")) {
            clause.paths().forEach(path -> classPath.add(path.startsWith("/") ? path.substring(1) : path));
        }
        new NestedArchives(plugin).check(plugin, classPath, "", 1);
    }

    private void check(Archive outer, Set<String> classPath, String where, int depth) throws ArchiveException {
        for (String name : outer.names()) {
            if (!name.endsWith("/") && (classPath.contains(name) || isCalledArchive(name))) {
                if (depth > MAX_DEPTH) {
                    throw ArchiveException.archive("its archive [" + where + name + "] lies in more than [" + MAX_DEPTH
                            + "] others, and no deeper one is read");
                }
                byte[] bytes = outer.content(name, ArchiveReader.MAX_SIZE).orElseThrow();
                String place = where + name + "!/";
                Archive inner = read(bytes, where + name);
                ReservedPackages.check(inner, List.of(""), place);
                check(inner, Set.of(), place, depth + 1);
            }
        }
    }

    private Archive read(byte[] bytes, String place) throws ArchiveException {
        Archive archive;
        try {
            archive = ArchiveReader.readNested(bytes);
        } catch (ArchiveException e) {
            throw new ArchiveException(e.gate(), "its archive [" + place + "] is refused: " + e.getMessage());
        }
        unpacked += archive.unpacked();
        entries += archive.names().size();
        if (unpacked > ArchiveReader.MAX_UNPACKED || entries > ArchiveReader.MAX_ENTRIES) {
            throw ArchiveException.archive("with its archive [" + place + "] it has [" + entries
                    + "] entries and unpacks to [" + unpacked + "] bytes; at most [" + ArchiveReader.MAX_ENTRIES
                    + "] and [" + ArchiveReader.MAX_UNPACKED + "] are allowed");
        }
        return archive;
    }

    private static boolean isCalledArchive(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(lower::endsWith);
    }
}
