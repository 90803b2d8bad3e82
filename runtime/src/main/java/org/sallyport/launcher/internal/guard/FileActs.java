package org.sallyport.launcher.internal.guard;

import java.io.File;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files: {@code read}, {@code write}, {@code delete}, {@code list} of the real path. */
final class FileActs {
    private FileActs() {}

    static Map<String, Act> named() {
        return Map.ofEntries(
                Map.entry("file.read", on("read", true)),
                Map.entry("file.write", on("write", true)),
                Map.entry("file.list", on("list", true)),
                // These see a link itself.
                Map.entry("file.list!", on("list", false)),
                Map.entry("file.write!", on("write", false)),
                Map.entry("file.delete!", (who, arguments) -> {
                    who.removes();
                    return needs("delete", arguments[0], false);
                }),
                Map.entry("file.mode", FileActs::mode),
                Map.entry("file.zip", FileActs::zip),
                Map.entry("file.options", FileActs::options),
                Map.entry("file.move", FileActs::move),
                Map.entry("file.copy", FileActs::copy),
                Map.entry("file.same", FileActs::same),
                Map.entry("file.link", FileActs::link),
                Map.entry("file.temp", FileActs::temp));
    }

    private static Act on(String action, boolean follow) {
        return (who, arguments) -> needs(action, arguments[0], follow);
    }

    private static List<Need> needs(String action, @Nullable Object file, boolean follow) {
        String path = path(file);
        return path == null ? List.of() : List.of(Need.file(action, path, follow));
    }

    /** Null if there is none, or it is of a file system of its own: what that reads of ours is asked for then. */
    private static @Nullable String path(@Nullable Object file) {
        if (file == null) {
            return null;
        }
        if (file instanceof File old) {
            return (old.getClass() == File.class ? old : Acts.ofJdk(old)).getPath();
        }
        if (file instanceof Path path) {
            Acts.ofJdk(path);
            return path.getFileSystem() == FileSystems.getDefault() ? path.toString() : null;
        }
        return (String) file;
    }

    private static List<Need> both(
            String action, @Nullable Object file, String other, @Nullable Object second, boolean follow) {
        List<Need> needs = new ArrayList<>(needs(action, file, follow));
        needs.addAll(needs(other, second, follow));
        return needs;
    }

    private static List<Need> mode(Confined who, Object[] arguments) {
        String mode = (String) arguments[1];
        return mode == null || mode.equals("r")
                ? needs("read", arguments[0], true)
                : both("read", arguments[0], "write", arguments[0], true);
    }

    private static List<Need> zip(Confined who, Object[] arguments) {
        return arguments[1] instanceof Integer mode && mode != java.util.zip.ZipFile.OPEN_READ
                ? both("read", arguments[0], "delete", arguments[0], true)
                : needs("read", arguments[0], true);
    }

    /** The set is replaced by one that nobody changes between this and the opening. */
    private static List<Need> options(Confined who, Object[] arguments) {
        Set<OpenOption> options = new HashSet<>();
        for (Object option : (Set<?>) arguments[0]) {
            options.add(Acts.ofJdk((OpenOption) option));
        }
        arguments[0] = options;
        boolean writes = false;
        boolean deletes = false;
        for (OpenOption option : options) {
            if (option instanceof StandardOpenOption standard) {
                switch (standard) {
                    case READ, SPARSE, SYNC, DSYNC -> {}
                    case DELETE_ON_CLOSE -> deletes = true;
                    default -> writes = true;
                }
            }
            // Of the others none gives more than the standard ones beside it.
        }
        List<Need> needs = new ArrayList<>();
        boolean reads = options.contains(StandardOpenOption.READ) || !writes;
        if (reads) {
            needs.addAll(needs("read", arguments[1], true));
        }
        if (writes) {
            needs.addAll(needs("write", arguments[1], true));
        }
        if (deletes) {
            needs.addAll(needs("delete", arguments[1], false));
        }
        return needs;
    }

    /** It is read, too: who may read where it goes would read what it holds. */
    private static List<Need> move(Confined who, Object[] arguments) {
        who.forget();
        List<Need> needs = new ArrayList<>(needs("read", arguments[0], false));
        needs.addAll(both("delete", arguments[0], "write", arguments[1], false));
        return needs;
    }

    private static List<Need> copy(Confined who, Object[] arguments) {
        who.forget();
        List<Need> needs = new ArrayList<>(needs("read", arguments[0], true));
        needs.addAll(needs("read", arguments[0], false));
        needs.addAll(needs("write", arguments[1], false));
        return needs;
    }

    private static List<Need> same(Confined who, Object[] arguments) {
        return both("list", arguments[0], "list", arguments[1], true);
    }

    /** Both ends; a relative target of a symbolic link begins where the link lies. */
    private static List<Need> link(Confined who, Object[] arguments) {
        who.forget();
        Path link = (Path) Acts.ofJdk(arguments[0]);
        Path target = (Path) Acts.ofJdk(arguments[1]);
        Path parent = link.toAbsolutePath().getParent();
        return List.of(
                Need.file("link", link.toString(), false),
                Need.file("link", (parent == null ? target : parent.resolve(target)).toString(), true));
    }

    private static List<Need> temp(Confined who, Object[] arguments) {
        String folder = path(arguments[2]);
        String name = new File(arguments[0] + "0" + (arguments[1] == null ? ".tmp" : arguments[1])).getName();
        return needs("write", new File(folder == null ? Places.TEMP : folder, name), false);
    }

    /** Read once, before anything is guarded. */
    private static final class Places {
        private static final String TEMP = System.getProperty("java.io.tmpdir");
    }
}
