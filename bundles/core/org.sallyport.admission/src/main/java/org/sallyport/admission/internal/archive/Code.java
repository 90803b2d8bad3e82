package org.sallyport.admission.internal.archive;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at a plugin's classes, also at those in archives on its class path, without loading them: none may name a method
 * that ends the process, or be for a newer Java than this one. A lint and no wall: what calls by reflection is not seen.
 */
public final class Code {
    /** Largest class file: 8 MiB. */
    public static final int MAX_CLASS = 8 << 20;

    private static final Set<String> ENDS_THE_PROCESS =
            Set.of("java/lang/System.exit", "java/lang/Runtime.exit", "java/lang/Runtime.halt");

    private static final Pattern OTHER_JAVA = Pattern.compile("^META-INF/versions/([0-9]{1,9})/.*");

    private final int java;

    private Code(int java) {
        this.java = java;
    }

    /** @param java the feature release that the classes will run on */
    public static void check(Archive archive, int java) throws ArchiveException {
        Code code = new Code(java);
        code.check(archive);
        Map<String, String> headers = ManifestReader.read(archive.content(Archive.MANIFEST, ArchiveReader.MAX_MANIFEST)
                .orElseThrow(() -> ArchiveException.archive("it has no manifest")));
        for (Clause clause : Imports.clauses(headers, "Bundle-ClassPath")) {
            for (String path : clause.paths()) {
                code.nested(archive, path.startsWith("/") ? path.substring(1) : path);
            }
        }
    }

    /** What is a folder on the class path, or missing, was looked at with the rest, or cannot be loaded. */
    private void nested(Archive archive, String path) throws ArchiveException {
        byte[] content = archive.content(path, ArchiveReader.MAX_SIZE).orElse(null);
        if (content != null && !path.endsWith("/")) {
            try {
                check(ArchiveReader.readNested(content));
            } catch (ArchiveException e) {
                throw new ArchiveException(
                        "code", "in the archive [" + path + "] on its class path, " + e.getMessage());
            }
        }
    }

    private void check(Archive archive) throws ArchiveException {
        for (String name : archive.names("", ".class")) {
            ClassFile found =
                    ClassFile.read(name, archive.content(name, MAX_CLASS).orElseThrow());
            Matcher other = OTHER_JAVA.matcher(name);
            if (found.java() > java && !(other.matches() && Integer.parseInt(other.group(1)) > java)) {
                throw new ArchiveException(
                        "code", "its class [" + name + "] needs Java [" + found.java() + "]; this is [" + java + "]");
            }
            for (String method : found.methods()) {
                if (ENDS_THE_PROCESS.contains(method)) {
                    throw new ArchiveException(
                            "code",
                            "its class [" + name + "] calls [" + method.replace('/', '.')
                                    + "], which would end the whole process");
                }
            }
        }
    }
}
