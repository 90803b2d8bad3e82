package org.sallyport.worker.internal.jail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Rules of Landlock: which files a thread, and each process that comes of it, may still use. All that is not allowed here is refused:
 * reading, writing, listing, making, removing and running files; TCP from version 4 of it on, and signals to others from 6 on. What
 * it does not know (a file's attributes, other kinds of sockets) is left to {@link Seccomp}. Not thread-safe.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/landlock.html">Landlock</a>
 */
public final class Landlock implements AutoCloseable {
    static final int RESTRICT_SELF = 446;

    private static final int CREATE_RULESET = 444;
    private static final int ADD_RULE = 445;
    private static final int VERSION = 1;
    private static final int PATH_BENEATH = 1;
    private static final int WITH_NETWORK = 4;
    private static final int WITH_SCOPES = 6;
    private static final int OPEN_PATH = 0x200000;
    private static final int CLOSE_ON_EXEC = 0x80000;

    private static final long EXECUTE = 1;
    private static final long WRITE_FILE = 1 << 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_DIR = 1 << 3;
    private static final long REMOVE = 1 << 4 | 1 << 5;
    private static final long MAKE_DIR = 1 << 7;
    private static final long MAKE_REG = 1 << 8;
    private static final long REFER = 1 << 13;
    private static final long TRUNCATE = 1 << 14;

    /** Of those above, the ones that can be said of a file. */
    private static final long OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE;

    /** How many rights each version knows. */
    private static final int[] RIGHTS = {13, 14, 15, 15, 16};

    /** What may be done with a file, or with a folder and all below it. */
    public enum Access {
        /** Read and list. */
        READ(READ_FILE | READ_DIR),
        /** Read and run; of a folder not needed. */
        RUN(READ_FILE | EXECUTE),
        /** Read, list, write, make files and folders, rename and remove; not links, sockets, pipes or devices. */
        WRITE(READ_FILE | READ_DIR | WRITE_FILE | REMOVE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE);

        private final long bits;

        Access(long bits) {
            this.bits = bits;
        }
    }

    private final Native system;
    private final Native.Function call;
    private final long handled;
    private final int rules;

    /** Begins with nothing allowed. @throws IOException if there is no Landlock here */
    public Landlock() throws IOException {
        system = Native.open();
        call = system.function("syscall");
        int version = version(call);
        handled = handled(version);
        Native.Memory attributes = system.memory(3 * Long.BYTES);
        attributes.bytes().putLong(handled);
        // To bind and to connect; signals and abstract sockets.
        attributes.bytes().putLong(version >= WITH_NETWORK ? 3 : 0);
        attributes.bytes().putLong(version >= WITH_SCOPES ? 3 : 0);
        int size = version >= WITH_SCOPES ? 3 * Long.BYTES : version >= WITH_NETWORK ? 2 * Long.BYTES : Long.BYTES;
        rules = call.call(CREATE_RULESET, attributes.address(), size, 0);
    }

    private static int version(Native.Function call) throws IOException {
        try {
            return call.call(CREATE_RULESET, 0, 0, VERSION);
        } catch (IOException e) {
            throw new IOException("the kernel has no Landlock, or it is switched off: " + e.getMessage(), e);
        }
    }

    /** All rights that a version knows, as what is not handled is allowed. */
    static long handled(int version) {
        return (1L << RIGHTS[Math.min(version, RIGHTS.length) - 1]) - 1;
    }

    /** Allows it; what is not there is passed over. The path has to be a real one, or its target is allowed. */
    public void allow(Path path, Access access) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Native.Function close = system.function("close");
        Native.Memory text = system.text(path.toString());
        int file = system.function("open").call(text.address(), OPEN_PATH | CLOSE_ON_EXEC);
        try {
            Native.Memory rule = system.memory(2 * Long.BYTES);
            rule.bytes()
                    .putLong(access.bits & handled & (Files.isDirectory(path) ? -1L : OF_FILES))
                    .putInt(file);
            call.call(ADD_RULE, rules, PATH_BENEATH, rule.address(), 0);
        } finally {
            close.call(file);
        }
    }

    /** The open file that stands for them. */
    int rules() {
        return rules;
    }

    @Override
    public void close() throws IOException {
        system.function("close").call(rules);
    }
}
