package org.sallyport.worker.internal.jail;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;

/** Puts the {@link Filter} on all threads of this process, for good. */
public final class Seccomp {
    static final int NO_NEW_PRIVILEGES = 38;

    private static final int GET_ACTION_AVAILABLE = 2;
    private static final int SET_FILTER = 1;
    private static final int ALL_THREADS = 1;
    private static final int INSTRUCTION_BYTES = 8;

    private Seccomp() {}

    /**
     * From now on this process starts no other one, makes no connection and touches no other process.
     *
     * @throws IOException if it could not be done; nothing is held then
     */
    public static void lock() throws IOException {
        // What Java makes once, with sockets of its own.
        SocketChannel.open(StandardProtocolFamily.UNIX).close();
        new Socket().close();
        Native system = Native.open();
        int self = Math.toIntExact(ProcessHandle.current().pid());
        int count = Filter.program(Machine.here(), self).size();
        Native.Memory program = system.memory(count * INSTRUCTION_BYTES);
        Filter.write(Machine.here(), self, program.bytes());
        Native.Memory header = system.memory(2 * Long.BYTES);
        header.bytes().putShort((short) count).putLong(Long.BYTES, program.address());
        system.function("prctl").call(NO_NEW_PRIVILEGES, 1, 0, 0, 0);
        int other = system.function("syscall").call(Machine.here().seccomp, SET_FILTER, ALL_THREADS, header.address());
        if (other != 0) {
            throw new IOException("the thread [" + other + "] could not be held");
        }
    }

    /** @throws IOException if the kernel has no filters */
    static void probe(Native system) throws IOException {
        Native.Memory action = system.memory(Integer.BYTES);
        action.bytes().putInt(Filter.ERROR);
        try {
            system.function("syscall").call(Machine.here().seccomp, GET_ACTION_AVAILABLE, 0, action.address());
        } catch (IOException e) {
            throw new IOException("the kernel has no filters of system calls: " + e.getMessage(), e);
        }
    }
}
