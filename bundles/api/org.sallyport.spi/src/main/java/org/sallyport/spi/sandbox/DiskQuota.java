package org.sallyport.spi.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * How much of the disk a plugin may fill: all that lies in its own folders, and what it adds to files elsewhere. Immutable.
 *
 * @param folders its own; they need not exist
 * @param bytes most bytes in all files, by their lengths; at least 0
 * @param files most files and folders; at least 0
 */
public record DiskQuota(List<Path> folders, long bytes, long files) {
    /** Refuses a bound below zero. */
    public DiskQuota {
        if (bytes < 0 || files < 0) {
            throw new IllegalArgumentException(
                    "A quota of [" + bytes + "] bytes and [" + files + "] files is below zero");
        }
        folders = List.copyOf(folders);
    }
}
