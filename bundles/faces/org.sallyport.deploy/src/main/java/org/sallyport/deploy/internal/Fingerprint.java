package org.sallyport.deploy.internal;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Tells one content of a file from the next without reading it.
 *
 * @param size in bytes
 * @param modified as exact as the file system has it
 * @param key the file system's own name of the file, such as an inode; {@code null} as text where there is none
 */
record Fingerprint(long size, FileTime modified, String key) {
    static Fingerprint of(BasicFileAttributes attributes) {
        return new Fingerprint(attributes.size(), attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
    }
}
