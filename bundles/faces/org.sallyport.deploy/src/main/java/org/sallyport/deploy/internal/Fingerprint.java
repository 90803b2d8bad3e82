package org.sallyport.deploy.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.sallyport.spi.trust.Evidence;

/**
 * Tells one content of a file, with the signatures beside it, from the next without reading it.
 *
 * @param size in bytes
 * @param modified as exact as the file system has it
 * @param key the file system's own name of the file, such as an inode; {@code null} as text where there is none
 * @param beside the same of the signatures that lie beside it, as text
 */
record Fingerprint(long size, FileTime modified, String key, String beside) {
    static Fingerprint of(Path file, BasicFileAttributes attributes) {
        StringBuilder beside = new StringBuilder();
        for (String ending : Evidence.ENDINGS) {
            try {
                BasicFileAttributes signature = Files.readAttributes(
                        file.resolveSibling(file.getFileName() + ending), BasicFileAttributes.class);
                beside.append(ending)
                        .append(' ')
                        .append(signature.size())
                        .append(' ')
                        .append(signature.lastModifiedTime())
                        .append(' ')
                        .append(signature.fileKey())
                        .append(' ');
            } catch (IOException e) {
                // None, or one that cannot be read: the gates say that it is missing.
            }
        }
        return new Fingerprint(
                attributes.size(),
                attributes.lastModifiedTime(),
                String.valueOf(attributes.fileKey()),
                beside.toString());
    }
}
