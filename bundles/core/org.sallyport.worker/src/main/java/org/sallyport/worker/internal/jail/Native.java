package org.sallyport.worker.internal.jail;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Calls functions of the C library through {@code java.lang.foreign}, which Java has since 22. It is reached by reflection, as this is
 * compiled for 17. Each function takes and gives whole numbers alone; an address is one, too, and keeps nothing there. So all memory that one
 * object of these made stays while a function of it is called or held. Thread-safe, but for what it makes.
 *
 * @see <a href="https://openjdk.org/jeps/454">JEP 454</a>
 */
final class Native {
    /** Most arguments of a function. */
    static final int ARGUMENTS = 6;

    private static final int SINCE = 22;
    private static final String FOREIGN = "java.lang.foreign.";
    private static final int ERRNO = 256;
    private static final Map<Integer, String> NAMES = Map.of(
            1,
            "not permitted",
            2,
            "no such file",
            7,
            "too many",
            11,
            "try again",
            13,
            "permission denied",
            22,
            "not valid",
            38,
            "not in this kernel",
            95,
            "switched off");

    /** Nothing else refers to what only native code knows. */
    private final Queue<Object> made = new ConcurrentLinkedQueue<>();

    private final Object linker;
    private final Object lookup;
    private final Object descriptor;
    private final Object options;

    private Native() throws ReflectiveOperationException {
        Class<?> type = Class.forName(FOREIGN + "Linker");
        linker = type.getMethod("nativeLinker").invoke(null);
        lookup = type.getMethod("defaultLookup").invoke(linker);
        Class<?> layout = Class.forName(FOREIGN + "MemoryLayout");
        Object number =
                Class.forName(FOREIGN + "ValueLayout").getField("JAVA_LONG").get(null);
        Object arguments = Array.newInstance(layout, ARGUMENTS);
        for (int i = 0; i < ARGUMENTS; i++) {
            Array.set(arguments, i, number);
        }
        descriptor = Class.forName(FOREIGN + "FunctionDescriptor")
                .getMethod("of", layout, arguments.getClass())
                .invoke(null, number, arguments);
        Class<?> option = Class.forName(FOREIGN + "Linker$Option");
        options = Array.newInstance(option, 1);
        Array.set(
                options, 0, option.getMethod("captureCallState", String[].class).invoke(null, (Object)
                        new String[] {"errno"}));
    }

    /** Why this process may not call any; empty if it may. Nothing is called, and Java prints no warning. */
    static String cause() {
        return cause(Runtime.version().feature(), System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static String cause(int java, String system, String machine) {
        if (!system.equals("Linux")) {
            return "this is [" + system + "], and not Linux";
        } else if (Machine.of(machine).isEmpty()) {
            return "nobody has written the numbers of system calls down for [" + machine + "]; they are known for "
                    + Arrays.toString(Machine.values());
        } else if (java < SINCE) {
            return "Java [" + SINCE + "] is the first that can call the system, and this is [" + java + "]";
        }
        try {
            boolean may =
                    (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(Native.class.getModule());
            return may
                    ? ""
                    : "this Java may not call native code; it may when it is started with"
                            + " [--enable-native-access=ALL-UNNAMED]";
        } catch (ReflectiveOperationException e) {
            return "whether this Java may call native code cannot be told: " + e;
        }
    }

    /** @throws IOException if {@link #cause} says why not */
    static Native open() throws IOException {
        String cause = cause();
        if (!cause.isEmpty()) {
            throw new IOException(cause);
        }
        try {
            return new Native();
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IOException("native code cannot be called: " + e, e);
        }
    }

    /**
     * A function by its name.
     *
     * @throws IOException if the C library has none of this name
     */
    Function function(String name) throws IOException {
        try {
            Optional<?> address = (Optional<?>) Class.forName(FOREIGN + "SymbolLookup")
                    .getMethod("find", String.class)
                    .invoke(lookup, name);
            Class<?> segment = Class.forName(FOREIGN + "MemorySegment");
            if (address.isEmpty()) {
                throw new IOException("the C library of this machine has no [" + name + "]");
            }
            MethodHandle handle = (MethodHandle) Class.forName(FOREIGN + "Linker")
                    .getMethod(
                            "downcallHandle",
                            segment,
                            Class.forName(FOREIGN + "FunctionDescriptor"),
                            options.getClass())
                    .invoke(linker, address.get(), descriptor, options);
            Memory state = memory(ERRNO);
            return new Function(this, name, MethodHandles.insertArguments(handle, 0, state.segment), state);
        } catch (ReflectiveOperationException e) {
            throw new IOException("[" + name + "] cannot be called: " + e, e);
        }
    }

    /** Memory outside of the heap, all zero. */
    Memory memory(int bytes) throws IOException {
        try {
            Class<?> type = Class.forName(FOREIGN + "Arena");
            Object arena = type.getMethod("ofAuto").invoke(null);
            Object segment =
                    type.getMethod("allocate", long.class, long.class).invoke(arena, (long) bytes, (long) Long.BYTES);
            made.add(segment);
            Class<?> api = Class.forName(FOREIGN + "MemorySegment");
            return new Memory(
                    segment,
                    (long) api.getMethod("address").invoke(segment),
                    ((ByteBuffer) api.getMethod("asByteBuffer").invoke(segment)).order(ByteOrder.nativeOrder()));
        } catch (ReflectiveOperationException e) {
            throw new IOException("no memory for native code: " + e, e);
        }
    }

    /** A text as C has it. */
    Memory text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte one : bytes) {
            if (one == 0) {
                throw new IOException("[" + text.replace('\0', '?') + "] has a zero in it");
            }
        }
        Memory memory = memory(bytes.length + 1);
        memory.bytes().put(bytes);
        return memory;
    }

    /** A list of texts as C has it, with a zero at its end. */
    Memory texts(List<String> texts) throws IOException {
        Memory all = memory((texts.size() + 1) * Long.BYTES);
        for (String one : texts) {
            all.bytes().putLong(text(one).address());
        }
        return all;
    }

    /** Memory for native code. Not thread-safe. */
    static final class Memory {
        private final Object segment;
        private final long address;
        private final ByteBuffer bytes;

        private Memory(Object segment, long address, ByteBuffer bytes) {
            this.segment = segment;
            this.address = address;
            this.bytes = bytes;
        }

        long address() {
            return address;
        }

        ByteBuffer bytes() {
            return bytes;
        }
    }

    /** A function, with its own place for the number of an error. Not thread-safe. */
    static final class Function {
        private final Native owner;
        private final String name;
        private final MethodHandle handle;
        private final Memory state;

        private Function(Native owner, String name, MethodHandle handle, Memory state) {
            this.owner = owner;
            this.name = name;
            this.handle = handle;
            this.state = state;
        }

        /** Calls it. @return what it gives, whatever that means */
        long raw(long... arguments) {
            long[] all = Arrays.copyOf(arguments, ARGUMENTS);
            try {
                return (long) handle.invokeExact(all[0], all[1], all[2], all[3], all[4], all[5]);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            } finally {
                Reference.reachabilityFence(owner.made);
            }
        }

        /** The number of the error of the last call. */
        int errno() {
            return state.bytes().getInt(0);
        }

        /**
         * Calls one that gives {@code int}, or {@code long} for system calls, and a negative number when it failed.
         *
         * @throws IOException if it failed
         */
        int call(long... arguments) throws IOException {
            int result = (int) raw(arguments);
            if (result < 0) {
                throw failed(name, errno());
            }
            return result;
        }

        /** The same for one that gives the number of its error, or 0. */
        void done(long... arguments) throws IOException {
            int error = (int) raw(arguments);
            if (error != 0) {
                throw failed(name, error);
            }
        }
    }

    static IOException failed(String what, int error) {
        String known = NAMES.get(error);
        return new IOException(
                "[" + what + "] failed with the error [" + error + "]" + (known == null ? "" : ", " + known));
    }
}
