package org.sallyport.worker.internal.host;

import java.nio.file.Path;
import java.util.List;

/**
 * What one plugin's workers see of the host's files, under which account they run, and whether Java lets them call native code. Workers of the same one can stand in
 * for each other.
 *
 * @param plugin its id
 * @param data its data folder, which it may write
 * @param readable files and folders that it was granted to read, sorted
 * @param writable the same to write
 * @param callsNative whether it was granted native code, of which kind ever: which is for the guard to say
 */
record Spec(String plugin, Path data, List<Path> readable, List<Path> writable, boolean callsNative) {
    /** Where accounts begin that no person has; those of systemd's dynamic users. */
    private static final int FIRST_ACCOUNT = 61_184;

    private static final int ACCOUNTS = 4_000;

    /** The account that the plugin's workers have where the host runs as root. */
    int account() {
        return FIRST_ACCOUNT + Math.floorMod(plugin.hashCode(), ACCOUNTS);
    }
}
