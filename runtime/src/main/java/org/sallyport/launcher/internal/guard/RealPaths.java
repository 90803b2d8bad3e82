package org.sallyport.launcher.internal.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where paths lead. */
final class RealPaths {
    /** As many links as Linux follows (path_resolution(7)). */
    static final int MAX_LINKS = 40;

    private RealPaths() {}

    /** As the path is written, made absolute and without dots; no file is looked at. */
    static String absolute(String path) {
        return path.indexOf('\0') >= 0
                ? path.replace('\0', '?')
                : Path.of(path).toAbsolutePath().normalize().toString();
    }

    /**
     * The real, absolute path. What does not exist is taken as it is written, behind the real path of what does; a link that leads
     * nowhere leads to where it would lead.
     *
     * @param follow whether the last part is followed
     * @return null if it cannot be said, as for a circle of links
     */
    static @Nullable String of(String path, boolean follow) {
        if (path.indexOf('\0') >= 0) {
            return null;
        }
        Path absolute = Path.of(path).toAbsolutePath();
        Path last = absolute.getFileName();
        if (last == null) {
            return absolute.toString();
        }
        boolean plain = !last.toString().equals("..") && !last.toString().equals(".");
        if (plain) {
            // What is not there yet is asked for as often as what is: no exception for it, and one call for the folder.
            Path whole = inFolder(absolute.getParent(), last);
            if (whole != null && (!follow || !Files.isSymbolicLink(whole))) {
                return whole.toString();
            }
        }
        try {
            if (follow) {
                return absolute.toRealPath().toString();
            }
        } catch (IOException | RuntimeException e) {
            // Step by step, then.
        }
        int[] links = {0};
        Path real = follow || !plain ? walk(absolute, links) : walk(absolute.getParent(), links);
        return real == null ? null : (follow || !plain ? real : real.resolve(last)).toString();
    }

    /** Null if the folder is not there, or it cannot be said where it is. */
    private static @Nullable Path inFolder(Path folder, Path name) {
        try {
            return folder.toRealPath().resolve(name);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable Path walk(Path absolute, int[] links) {
        Path real = absolute.getRoot();
        for (Path part : absolute) {
            String name = part.toString();
            if (name.equals(".") || name.isEmpty()) {
                continue;
            }
            if (name.equals("..")) {
                Path parent = real.getParent();
                real = parent == null ? real : parent;
                continue;
            }
            Path next = real.resolve(name);
            try {
                if (!Files.isSymbolicLink(next)) {
                    real = next;
                    continue;
                }
                if (++links[0] > MAX_LINKS) {
                    return null;
                }
                Path led = walk(real.resolve(Files.readSymbolicLink(next)), links);
                if (led == null) {
                    return null;
                }
                real = led;
            } catch (IOException | RuntimeException e) {
                return null;
            }
        }
        return real;
    }

    /** Whether it is there, not looking through a link. */
    static boolean isThere(String path) {
        return Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
    }
}
