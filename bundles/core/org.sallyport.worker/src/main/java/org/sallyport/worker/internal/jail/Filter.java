package org.sallyport.worker.internal.jail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The program that decides on each system call of a worker, in the instructions of BPF. It takes away what a virtual machine with one
 * plugin does not need and Landlock does not hold. What is newer than this list is refused, too, as a kernel without it would.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/seccomp_filter.html">Seccomp BPF</a>
 */
final class Filter {
    static final int ALLOW = 0x7fff_0000;
    static final int KILL = 0x8000_0000;

    /** With the number of an error. */
    static final int ERROR = 0x0005_0000;

    static final int NOT_PERMITTED = 1;
    static final int DENIED = 13;
    static final int UNKNOWN = 38;

    /** The last one that was looked at. */
    static final int NEWEST = 450;

    static final int LOAD = 0x20;
    static final int IF_EQUAL = 0x15;
    static final int IF_GREATER = 0x25;
    static final int IF_SET = 0x45;
    static final int RETURN = 0x06;

    /** Where a call's number, its processor and its arguments lie (low half first). */
    static final int NUMBER = 0;

    static final int PROCESSOR = 4;
    static final int FIRST = 16;
    static final int SECOND = 24;

    private static final int CLONE_THREAD = 0x10000;

    /** Sockets: there are those to the host, and no others. */
    private static final int[][] SOCKETS = {
        {41, 198}, // socket
        {53, 199}, // socketpair
        {42, 203}, // connect
        {49, 200}, // bind
        {50, 201}, // listen
    };

    /** Each for the two processors; -1 where there is none. */
    private static final int[][] REFUSED = {
        // Other programs, and processes of one's own.
        {59, 221}, // execve
        {322, 281}, // execveat
        {57, -1}, // fork
        {58, -1}, // vfork
        // Other processes.
        {62, 129}, // kill
        {200, 130}, // tkill
        {129, 138}, // rt_sigqueueinfo
        {297, 240}, // rt_tgsigqueueinfo
        {424, 424}, // pidfd_send_signal
        {434, 434}, // pidfd_open
        {438, 438}, // pidfd_getfd
        {101, 117}, // ptrace
        {310, 270}, // process_vm_readv
        {311, 271}, // process_vm_writev
        {440, 440}, // process_madvise
        {448, 448}, // process_mrelease
        {312, 272}, // kcmp
        {141, 140}, // setpriority
        {142, 118}, // sched_setparam
        {144, 119}, // sched_setscheduler
        {203, 122}, // sched_setaffinity
        {314, 274}, // sched_setattr
        {251, 30}, // ioprio_set
        {256, 238}, // migrate_pages
        {279, 239}, // move_pages
        // Memory and queues that are shared by their names.
        {29, 194}, // shmget
        {30, 196}, // shmat
        {31, 195}, // shmctl
        {64, 190}, // semget
        {65, 193}, // semop
        {66, 191}, // semctl
        {220, 192}, // semtimedop
        {68, 186}, // msgget
        {69, 189}, // msgsnd
        {70, 188}, // msgrcv
        {71, 187}, // msgctl
        {240, 180}, // mq_open
        {241, 181}, // mq_unlink
        {248, 217}, // add_key
        {249, 218}, // request_key
        {250, 219}, // keyctl
        // What a file is, but for its contents: Landlock does not hold that.
        {90, -1}, // chmod
        {91, 52}, // fchmod
        {268, 53}, // fchmodat
        {92, -1}, // chown
        {93, 55}, // fchown
        {94, -1}, // lchown
        {260, 54}, // fchownat
        {188, 5}, // setxattr
        {189, 6}, // lsetxattr
        {190, 7}, // fsetxattr
        {197, 14}, // removexattr
        {198, 15}, // lremovexattr
        {199, 16}, // fremovexattr
        {132, -1}, // utime
        {235, -1}, // utimes
        {261, -1}, // futimesat
        {76, 45}, // truncate
        {303, 264}, // name_to_handle_at
        {304, 265}, // open_by_handle_at
        // What happens to files of others.
        {253, -1}, // inotify_init
        {294, 26}, // inotify_init1
        {300, 262}, // fanotify_init
        // Ways around a filter, and what only the kernel's own tools need.
        {425, 425}, // io_uring_setup
        {426, 426}, // io_uring_enter
        {427, 427}, // io_uring_register
        {321, 280}, // bpf
        {298, 241}, // perf_event_open
        {323, 282}, // userfaultfd
        {135, 92}, // personality
        {154, -1}, // modify_ldt
        {172, -1}, // iopl
        {173, -1}, // ioperm
        // Other views of the file system.
        {165, 40}, // mount
        {166, 39}, // umount2
        {155, 41}, // pivot_root
        {161, 51}, // chroot
        {272, 97}, // unshare
        {308, 268}, // setns
        {428, 428}, // open_tree
        {429, 429}, // move_mount
        {430, 430}, // fsopen
        {431, 431}, // fsconfig
        {432, 432}, // fsmount
        {433, 433}, // fspick
        {442, 442}, // mount_setattr
        // The machine.
        {103, 116}, // syslog
        {163, 89}, // acct
        {164, 170}, // settimeofday
        {159, 171}, // adjtimex
        {227, 112}, // clock_settime
        {305, 266}, // clock_adjtime
        {167, 224}, // swapon
        {168, 225}, // swapoff
        {169, 142}, // reboot
        {170, 161}, // sethostname
        {171, 162}, // setdomainname
        {175, 105}, // init_module
        {313, 273}, // finit_module
        {176, 106}, // delete_module
        {246, 104}, // kexec_load
        {320, 294}, // kexec_file_load
        {179, 60}, // quotactl
        {443, 443}, // quotactl_fd
    };

    private static final int[] CLONE = {56, 220};
    private static final int[] CLONE3 = {435, 435};
    private static final int[] TGKILL = {234, 131};
    private static final int[] PRLIMIT = {302, 261};
    private static final int[] UTIMENSAT = {280, 88};

    private final List<long[]> program = new ArrayList<>();
    private final int column;

    private Filter(int column) {
        this.column = column;
    }

    /**
     * The program, as the kernel takes it: instructions of 8 bytes.
     *
     * @param self the process that it is for: the only one that may be signalled
     */
    static void write(Machine machine, int self, ByteBuffer to) {
        for (long[] one : program(machine, self)) {
            to.putShort((short) one[0]).put((byte) one[1]).put((byte) one[2]).putInt((int) one[3]);
        }
    }

    /** Each instruction: its code, how many to skip if it is so, if it is not, and its number. */
    static List<long[]> program(Machine machine, int self) {
        Filter filter = new Filter(machine.ordinal());
        filter.make(machine, self);
        return List.copyOf(filter.program);
    }

    private void make(Machine machine, int self) {
        add(LOAD, 0, 0, PROCESSOR);
        add(IF_EQUAL, 1, 0, machine.audit);
        // A call by the numbers of another processor, which some can take, too.
        add(RETURN, 0, 0, KILL);
        add(LOAD, 0, 0, NUMBER);
        // Without a sign: so those of x32 are greater, too.
        add(IF_GREATER, 0, 1, NEWEST);
        add(RETURN, 0, 0, ERROR | UNKNOWN);
        // Its arguments lie where a filter cannot look; the C library then takes the other one.
        refuse(CLONE3, UNKNOWN);
        for (int[] one : SOCKETS) {
            refuse(one, DENIED);
        }
        for (int[] one : REFUSED) {
            refuse(one, NOT_PERMITTED);
        }
        // Threads, but no processes.
        add(IF_EQUAL, 0, 4, CLONE[column]);
        add(LOAD, 0, 0, FIRST);
        add(IF_SET, 1, 0, CLONE_THREAD);
        add(RETURN, 0, 0, ERROR | NOT_PERMITTED);
        add(RETURN, 0, 0, ALLOW);
        // Java signals its own threads.
        add(IF_EQUAL, 0, 4, TGKILL[column]);
        add(LOAD, 0, 0, FIRST);
        add(IF_EQUAL, 1, 0, self);
        add(RETURN, 0, 0, ERROR | NOT_PERMITTED);
        add(RETURN, 0, 0, ALLOW);
        // Its own limits, which it can but lower.
        add(IF_EQUAL, 0, 5, PRLIMIT[column]);
        add(LOAD, 0, 0, FIRST);
        add(IF_EQUAL, 2, 0, 0);
        add(IF_EQUAL, 1, 0, self);
        add(RETURN, 0, 0, ERROR | NOT_PERMITTED);
        add(RETURN, 0, 0, ALLOW);
        // The time of a file that is open: it has no path then. Both halves of the address.
        add(IF_EQUAL, 0, 6, UTIMENSAT[column]);
        add(LOAD, 0, 0, SECOND);
        add(IF_EQUAL, 0, 3, 0);
        add(LOAD, 0, 0, SECOND + 4);
        add(IF_EQUAL, 0, 1, 0);
        add(RETURN, 0, 0, ALLOW);
        add(RETURN, 0, 0, ERROR | NOT_PERMITTED);
        add(RETURN, 0, 0, ALLOW);
    }

    private void refuse(int[] numbers, int error) {
        if (numbers[column] >= 0) {
            add(IF_EQUAL, 0, 1, numbers[column]);
            add(RETURN, 0, 0, ERROR | error);
        }
    }

    private void add(int code, int yes, int no, int number) {
        program.add(new long[] {code, yes, no, Integer.toUnsignedLong(number)});
    }
}
