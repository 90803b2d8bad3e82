package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.sallyport.spi.permission.Permission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files and folders that permissions of the type {@code file} stand for, as a jail can show them. A jail shows a folder with
 * all that is below it, so a folder is there only for a scope that says so ({@code /folder/**}); {@code /file} and
 * {@code /folder/*} are the files which are there when it is asked. Nothing is shown that is reached by a symbolic link: it would
 * be what the link's owner says, and not what was granted.
 */
final class GrantedPaths {
    /** Most paths of one action; {@code bwrap} takes 9,000 arguments in all. */
    static final int MAX_PATHS = 500;

    private static final Logger log = LoggerFactory.getLogger(GrantedPaths.class);

    private GrantedPaths() {}

    /** Sorted, without what cannot be shown, which is logged. */
    static List<Path> of(String plugin, List<Permission> granted, String action) {
        TreeSet<Path> paths = new TreeSet<>();
        for (Permission permission : granted) {
            String scope = permission.scope();
            // A scope that begins with a variable is the plugin's own folder, which its worker has anyway.
            if (permission.type().equals("file") && permission.action().equals(action) && scope.startsWith("/")) {
                int before = paths.size();
                try {
                    add(scope, paths);
                } catch (IOException | RuntimeException e) {
                    log.warn("[{}] of plugin [{}] cannot be read: {}", permission, plugin, e.toString());
                }
                if (paths.size() == before) {
                    log.info(
                            "The worker of plugin [{}] sees nothing for [{}]: no such file or folder is there now, or a link"
                                    + " leads to it",
                            plugin,
                            permission);
                }
            }
        }
        if (paths.size() > MAX_PATHS) {
            log.warn(
                    "The worker of plugin [{}] sees [{}] of [{}] files to {}; grant their folders as [/folder/**]",
                    plugin,
                    MAX_PATHS,
                    paths.size(),
                    action);
        }
        return paths.stream().limit(MAX_PATHS).toList();
    }

    private static void add(String scope, TreeSet<Path> paths) throws IOException {
        if (scope.endsWith("/**")) {
            Path tree = Path.of("/" + scope.substring(0, scope.length() - 3));
            // Not all there is: the jail's own places would be covered.
            if (tree.getNameCount() > 0 && isItself(tree)) {
                paths.add(tree);
            }
        } else if (scope.endsWith("/*")) {
            Path folder = Path.of("/" + scope.substring(0, scope.length() - 2));
            if (Files.isDirectory(folder) && isItself(folder)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, GrantedPaths::isFile)) {
                    for (Path file : files) {
                        paths.add(file);
                        if (paths.size() > MAX_PATHS) {
                            return;
                        }
                    }
                }
            }
        } else {
            Path file = Path.of(scope);
            if (isFile(file) && isItself(file)) {
                paths.add(file);
            }
        }
    }

    private static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isItself(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && path.toRealPath().equals(path);
    }
}
