package org.sallyport.admission.internal.archive;

import java.util.Map;
import org.sallyport.spi.plugin.ComponentDescriptions;

/** Reads the descriptions of components before Declarative Services does. */
final class ComponentFiles {
    private ComponentFiles() {}

    /** @throws ArchiveException if one of them cannot be read, or points to something outside of itself */
    static void check(Archive archive, Map<String, String> headers) throws ArchiveException {
        String named = headers.getOrDefault(ComponentDescriptions.HEADER, "");
        try {
            for (String name : ComponentDescriptions.of(named, archive.names())) {
                if (!name.endsWith("/")) {
                    check(
                            name,
                            archive.content(name, ComponentDescriptions.MAX_SIZE)
                                    .orElseThrow());
                }
            }
        } catch (IllegalArgumentException e) {
            throw ArchiveException.manifest(e.getMessage());
        }
    }

    private static void check(String name, byte[] content) throws ArchiveException {
        try {
            ComponentDescriptions.classes(content);
        } catch (IllegalArgumentException e) {
            throw ArchiveException.manifest(
                    "its description of a component [" + name + "] cannot be used: " + e.getMessage());
        }
    }
}
