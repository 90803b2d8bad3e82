package org.sallyport.launcher.internal.guard;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Room on the disk: what makes files and what makes them longer. Each needs that the plugin's quota has room for it; to which file it may
 * write is asked elsewhere. All is found out in the test of the need, while the guard is not asked.
 */
final class DiskActs {
    private DiskActs() {}

    static Map<String, Act> named() {
        return Map.ofEntries(
                Map.entry("disk.file", (who, arguments) -> file(who, path(arguments[0]))),
                Map.entry(
                        "disk.mode",
                        (who, arguments) -> "r".equals(arguments[1]) ? List.of() : file(who, path(arguments[0]))),
                Map.entry("disk.options", DiskActs::options),
                Map.entry("disk.one", (who, arguments) -> room(who, () -> 0, 0, 1)),
                Map.entry("disk.copy", DiskActs::copy),
                Map.entry("disk.byte", (who, arguments) -> written(who, arguments[0], 1)),
                Map.entry("disk.bytes", (who, arguments) -> written(who, arguments[0], length(arguments[1]))),
                Map.entry(
                        "disk.length",
                        (who, arguments) -> upTo(who, arguments[0], Math.max(0, (Long) arguments[1]), 0)),
                Map.entry("disk.buffers", (who, arguments) -> written(who, arguments[0], length(arguments[1]))),
                Map.entry(
                        "disk.at",
                        (who, arguments) ->
                                upTo(who, arguments[0], Math.max(0, (Long) arguments[2]), length(arguments[1]))),
                Map.entry("disk.from", DiskActs::from),
                Map.entry("disk.to", DiskActs::to));
    }

    private static @Nullable Path path(@Nullable Object file) {
        if (file instanceof File old) {
            return Path.of(
                    old.getClass() == File.class
                            ? old.getPath()
                            : Acts.ofJdk(old).getPath());
        }
        return file instanceof Path path && Acts.ofJdk(path).getFileSystem() == FileSystems.getDefault() ? path : null;
    }

    /** It is made if it is not there. */
    private static List<Need> file(Confined who, @Nullable Path file) {
        DiskUse use = who.disk();
        return use == null || file == null
                ? List.of()
                : List.of(new Need(
                        "limit",
                        "disk.files",
                        Long.toString(use.quota().files()),
                        granted -> use.open(file, !Files.exists(file, LinkOption.NOFOLLOW_LINKS)),
                        ""));
    }

    /** The set is the copy that the check before this one put there. */
    private static List<Need> options(Confined who, Object[] arguments) {
        Set<?> options = (Set<?>) arguments[0];
        return options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND)
                ? file(who, path(arguments[1]))
                : List.of();
    }

    private static List<Need> copy(Confined who, Object[] arguments) {
        Path from = path(arguments[0]);
        List<Need> needs = new ArrayList<>(room(who, () -> 0, 0, 1));
        needs.addAll(room(who, () -> from == null || !Files.isRegularFile(from) ? 0 : size(from), 0, 0));
        return needs;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static long length(Object what) {
        if (what instanceof byte[] bytes) {
            return bytes.length;
        } else if (what instanceof Integer number) {
            return Math.max(0, number);
        } else if (what instanceof String text) {
            // Two for each, if it writes characters.
            return 2L * text.length();
        } else if (what instanceof ByteBuffer buffer) {
            return buffer.remaining();
        }
        long all = 0;
        for (ByteBuffer buffer : (ByteBuffer[]) what) {
            all += buffer == null ? 0 : buffer.remaining();
        }
        return all;
    }

    /** From where it stands. */
    private static List<Need> written(Confined who, Object to, long bytes) {
        return room(who, () -> growth(to, -1, bytes), bytes, 0);
    }

    /** From a place on; -1 for where it stands. */
    private static List<Need> upTo(Confined who, Object to, long at, long bytes) {
        return room(who, () -> growth(to, at, bytes), bytes, 0);
    }

    private static List<Need> from(Confined who, Object[] arguments) {
        return upTo(who, arguments[0], Math.max(0, (Long) arguments[1]), Math.max(0, (Long) arguments[2]));
    }

    private static List<Need> to(Confined who, Object[] arguments) {
        Object target = arguments[0];
        if (!(target instanceof FileChannel) || !Domains.isJdk(target.getClass().getClassLoader())) {
            return List.of();
        }
        return upTo(who, target, -1, Math.min(Math.max(0, (Long) arguments[1]), size((FileChannel) arguments[2])));
    }

    private static long size(FileChannel file) {
        try {
            return file.size();
        } catch (IOException e) {
            return 0;
        }
    }

    /** By how much a file gets longer. @param at where it is written; -1 for where it stands */
    private static long growth(Object to, long at, long bytes) throws IOException {
        if (to instanceof AsynchronousFileChannel file) {
            return Math.max(0, Math.addExact(at, bytes) - file.size());
        }
        FileChannel file = channel(to);
        return Math.max(0, Math.addExact(at < 0 ? file.position() : at, bytes) - file.size());
    }

    /** @throws SecurityException if it may say what it likes */
    private static FileChannel channel(Object to) {
        if (to instanceof FileChannel channel) {
            return channel;
        } else if (to instanceof FileOutputStream stream && isPlain(stream, FileOutputStream.class)) {
            return stream.getChannel();
        } else if (to instanceof RandomAccessFile file && isPlain(file, RandomAccessFile.class)) {
            return file.getChannel();
        }
        throw new SecurityException(
                "an object of class [" + to.getClass().getName()
                        + "] does not write to files, as it has a channel of its own; use the JDK's class, or do not replace [getChannel]");
    }

    private static boolean isPlain(Object stream, Class<?> plain) {
        try {
            return stream.getClass().getMethod("getChannel").getDeclaringClass() == plain;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private interface Growth {
        long bytes() throws IOException;
    }

    private static List<Need> room(Confined who, Growth growth, long written, long made) {
        DiskUse use = who.disk();
        if (use == null) {
            return List.of();
        }
        return List.of(
                made > 0
                        ? need(use, "disk.files", use.quota().files(), growth, written, made)
                        : need(use, "disk.mb", use.quota().bytes() >> 20, growth, written, made));
    }

    private static Need need(DiskUse use, String name, long bound, Growth growth, long written, long made) {
        return new Need(
                "limit",
                name,
                Long.toString(bound),
                granted -> {
                    try {
                        return use.take(growth.bytes(), written, made);
                    } catch (IOException e) {
                        // It is no file, or closed: nothing gets longer by it.
                        return true;
                    } catch (ArithmeticException e) {
                        return false;
                    }
                },
                "");
    }
}
