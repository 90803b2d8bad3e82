package org.sallyport.worker.internal.jail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The filter of a worker's system calls")
class FilterTest {
    private static final int SELF = 4711;
    private static final int DENIED = Filter.ERROR | Filter.DENIED;
    private static final int NOT_PERMITTED = Filter.ERROR | Filter.NOT_PERMITTED;
    private static final int UNKNOWN = Filter.ERROR | Filter.UNKNOWN;

    /** Runs the program as the kernel does. */
    private static int run(Machine machine, int processor, int number, long... arguments) {
        ByteBuffer call = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        call.putInt(number).putInt(processor).putLong(0);
        for (long argument : arguments) {
            call.putLong(argument);
        }
        List<long[]> program = Filter.program(machine, SELF);
        long loaded = 0;
        int at = 0;
        while (true) {
            long[] one = program.get(at);
            boolean is;
            switch ((int) one[0]) {
                case Filter.LOAD -> {
                    loaded = Integer.toUnsignedLong(call.getInt((int) one[3]));
                    at++;
                    continue;
                }
                case Filter.RETURN -> {
                    return (int) one[3];
                }
                case Filter.IF_EQUAL -> is = loaded == one[3];
                case Filter.IF_GREATER -> is = loaded > one[3];
                case Filter.IF_SET -> is = (loaded & one[3]) != 0;
                default -> throw new IllegalStateException("instruction " + one[0]);
            }
            at += 1 + (int) (is ? one[1] : one[2]);
        }
    }

    private static int verdict(Machine machine, int number, long... arguments) {
        return run(machine, machine.audit, number, arguments);
    }

    @ParameterizedTest(name = "lets [{0}] do its work")
    @CsvSource({"read,0,63", "write,1,64", "openat,257,56", "mmap,9,222", "futex,202,98", "exit,60,93", "close,3,57"})
    void allows(String name, int amd64, int aarch64) {
        assertThat(verdict(Machine.AMD64, amd64)).isEqualTo(Filter.ALLOW);
        assertThat(verdict(Machine.AARCH64, aarch64)).isEqualTo(Filter.ALLOW);
    }

    @ParameterizedTest(name = "refuses [{0}]")
    @CsvSource({
        "execve,59,221",
        "execveat,322,281",
        "fork,57,-1",
        "vfork,58,-1",
        "kill,62,129",
        "ptrace,101,117",
        "process_vm_readv,310,270",
        "io_uring_setup,425,425",
        "unshare,272,97",
        "mount,165,40",
        "fchmod,91,52",
        "fchownat,260,54",
        "setxattr,188,5",
        "truncate,76,45",
        "shmget,29,194",
        "mq_open,240,180",
        "bpf,321,280",
        "pidfd_send_signal,424,424",
        "quotactl_fd,443,443"
    })
    void refuses(String name, int amd64, int aarch64) {
        assertThat(verdict(Machine.AMD64, amd64)).isEqualTo(NOT_PERMITTED);
        if (aarch64 >= 0) {
            assertThat(verdict(Machine.AARCH64, aarch64)).isEqualTo(NOT_PERMITTED);
        }
    }

    @ParameterizedTest(name = "makes no socket: [{0}]")
    @CsvSource({"socket,41,198", "socketpair,53,199", "connect,42,203", "bind,49,200", "listen,50,201"})
    void sockets(String name, int amd64, int aarch64) {
        assertThat(verdict(Machine.AMD64, amd64)).isEqualTo(DENIED);
        assertThat(verdict(Machine.AARCH64, aarch64)).isEqualTo(DENIED);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    @DisplayName("takes what is newer than its list, and the other numbers of the same processor, as not there")
    void newer(Machine machine) {
        assertThat(verdict(machine, Filter.NEWEST)).isEqualTo(Filter.ALLOW);
        assertThat(verdict(machine, Filter.NEWEST + 1)).isEqualTo(UNKNOWN);
        assertThat(verdict(machine, 0x4000_0000 | 1)).as("x32").isEqualTo(UNKNOWN);
        assertThat(verdict(machine, -1)).isEqualTo(UNKNOWN);
        assertThat(verdict(machine, 435)).as("clone3").isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    @DisplayName("ends who calls by the numbers of another processor")
    void otherProcessor(Machine machine) {
        assertThat(run(machine, 0x4000_0003, 0)).isEqualTo(Filter.KILL);
    }

    @Test
    @DisplayName("looks at arguments where the call alone does not tell")
    void arguments() {
        Machine machine = Machine.AMD64;
        assertThat(verdict(machine, 56, 0x3d0f00)).as("a thread").isEqualTo(Filter.ALLOW);
        assertThat(verdict(machine, 56, 17)).as("a process").isEqualTo(NOT_PERMITTED);
        assertThat(verdict(machine, 56, 0x1_0000_0000L)).as("the upper half").isEqualTo(NOT_PERMITTED);
        assertThat(verdict(machine, 234, SELF)).as("its own threads").isEqualTo(Filter.ALLOW);
        assertThat(verdict(machine, 234, 1)).as("those of others").isEqualTo(NOT_PERMITTED);
        assertThat(verdict(machine, 302, 0)).as("its own limits").isEqualTo(Filter.ALLOW);
        assertThat(verdict(machine, 302, SELF)).isEqualTo(Filter.ALLOW);
        assertThat(verdict(machine, 302, 1)).as("those of others").isEqualTo(NOT_PERMITTED);
        assertThat(verdict(machine, 280, 5, 0)).as("an open file's time").isEqualTo(Filter.ALLOW);
        assertThat(verdict(machine, 280, 5, 0x7f00_0000_0001L)).as("by a path").isEqualTo(NOT_PERMITTED);
        assertThat(verdict(machine, 280, 5, 0x1_0000_0000L))
                .as("by a path whose lower half is zero")
                .isEqualTo(NOT_PERMITTED);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    @DisplayName("is a program that the kernel takes: each jump lands in it, and it ends")
    void wellFormed(Machine machine) {
        List<long[]> program = Filter.program(machine, SELF);
        assertThat(program).hasSizeLessThan(4096);
        for (int i = 0; i < program.size(); i++) {
            assertThat(i + 1 + Math.max(program.get(i)[1], program.get(i)[2]))
                    .as("instruction %s", i)
                    .isLessThanOrEqualTo(i == program.size() - 1 ? i + 1L : program.size() - 1L);
        }
        assertThat(program.get(program.size() - 1)[0]).isEqualTo(Filter.RETURN);
    }
}
