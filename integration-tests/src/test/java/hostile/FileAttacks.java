package hostile;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileReader;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Formatter;
import java.util.Scanner;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows FS. Arguments: {@code secret}, a file out of bounds; {@code out}, where a file may not come to be; {@code missing}, no file. */
public final class FileAttacks {
    private FileAttacks() {}

    private static String read(InputStream in) throws Exception {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Plain stream. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("FileInputStream", () -> read(new FileInputStream(steps.text("secret"))));
        }
    }

    /** Classes that open the file themselves. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs02 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("Scanner", () -> {
                try (Scanner scanner = new Scanner(new File(steps.text("secret")))) {
                    return scanner.nextLine();
                }
            });
            steps.step("FileReader", () -> {
                try (FileReader reader = new FileReader(steps.text("secret"))) {
                    char[] text = new char[200];
                    return new String(text, 0, reader.read(text));
                }
            });
            steps.step("Formatter", () -> {
                try (Formatter out = new Formatter(new File(steps.text("out") + "-formatter"))) {
                    out.format("written");
                }
                return "written";
            });
            steps.step("PrintWriter", () -> {
                try (PrintWriter out = new PrintWriter(steps.text("out") + "-writer")) {
                    out.print("written");
                }
                return "written";
            });
            steps.step("PrintStream", () -> {
                try (PrintStream out = new PrintStream(steps.text("out") + "-stream")) {
                    out.print("written");
                }
                return "written";
            });
        }
    }

    /** One-liners of NIO. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("readString", () -> Files.readString(Path.of(steps.text("secret"))));
            steps.step("lines", () -> {
                try (Stream<String> lines = Files.lines(Path.of(steps.text("secret")))) {
                    return lines.findFirst().orElseThrow();
                }
            });
            steps.step("newByteChannel", () -> {
                try (SeekableByteChannel in = Files.newByteChannel(Path.of(steps.text("secret")))) {
                    ByteBuffer bytes = ByteBuffer.allocate(200);
                    in.read(bytes);
                    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
                }
            });
            steps.step("newInputStream", () -> read(Files.newInputStream(Path.of(steps.text("secret")))));
        }
    }

    /** Channels and mapping. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs04 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("AsynchronousFileChannel", () -> {
                try (AsynchronousFileChannel in = AsynchronousFileChannel.open(Path.of(steps.text("secret")))) {
                    ByteBuffer bytes = ByteBuffer.allocate(200);
                    int length = in.read(bytes, 0).get();
                    return new String(bytes.array(), 0, length, StandardCharsets.UTF_8);
                }
            });
            steps.step("map", () -> {
                try (FileChannel in = FileChannel.open(Path.of(steps.text("secret")))) {
                    ByteBuffer bytes = in.map(FileChannel.MapMode.READ_ONLY, 0, in.size());
                    return StandardCharsets.UTF_8.decode(bytes);
                }
            });
        }
    }

    /** Opens for writing what it may at most read. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs05 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("RandomAccessFile", () -> {
                try (RandomAccessFile file = new RandomAccessFile(steps.text("victim"), "rw")) {
                    file.write('X');
                    return "written";
                }
            });
            steps.step("StandardOpenOption.WRITE", () -> {
                try (FileChannel out = FileChannel.open(Path.of(steps.text("victim")), StandardOpenOption.WRITE)) {
                    return out.write(ByteBuffer.wrap(new byte[] {'X'}));
                }
            });
        }
    }

    /** Handlers of URLs. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs06 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("file", () -> read(new URL("file:" + steps.text("secret")).openStream()));
            steps.step("jar", () -> read(new URL("jar:file:" + steps.text("archive") + "!/secret.txt").openStream()));
        }
    }

    /** Out of its own folder. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs08 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            Path data = context.dataFolder().toAbsolutePath();
            String out =
                    "../".repeat(data.getNameCount()) + steps.text("secret").substring(1);
            steps.step("dot-dot", () -> Files.readString(Path.of(data + "/" + out)));
            steps.step("through what is not there", () -> {
                // Removed by the path's own arithmetic, not by the file system.
                return Files.readString(data.resolve("x/../" + out).normalize());
            });
            steps.step("by a stream", () -> read(new FileInputStream(data + "/" + out)));
        }
    }

    /** Files about processes. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs13 extends Attack {
        @Override
        protected void attack(Steps steps) {
            for (String file : new String[] {"/proc/self/environ", "/proc/self/maps", "/proc/1/cmdline"}) {
                steps.step(file, () -> Files.readAllBytes(Path.of(file)).length + " bytes");
            }
            steps.step("/proc/self/mem", () -> {
                try (RandomAccessFile file = new RandomAccessFile("/proc/self/mem", "r")) {
                    return file.getFD();
                }
            });
        }
    }

    /** Asks what exists. Each question twice: for a file that is there and one that is not. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs15 extends Attack {
        @Override
        protected void attack(Steps steps) {
            for (String which : new String[] {"secret", "missing"}) {
                String file = steps.text(which);
                steps.step("exists " + which, () -> new File(file).exists());
                steps.step("length " + which, () -> new File(file).length());
                steps.step("Files.exists " + which, () -> Files.exists(Path.of(file)));
                steps.step("getLastModifiedTime " + which, () -> Files.getLastModifiedTime(Path.of(file)));
                String folder =
                        which.equals("secret") ? Path.of(file).getParent().toString() : file;
                steps.step("list " + which, () -> Arrays.toString(new File(folder).list()));
                steps.step("walk " + which, () -> {
                    try (Stream<Path> all = Files.walk(Path.of(folder))) {
                        return all.count();
                    }
                });
            }
        }
    }

    /** Temporary files where the platform puts them. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs17 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "createTempFile", () -> File.createTempFile("attack", "x").getAbsolutePath());
            steps.step(
                    "createTempDirectory",
                    () -> Files.createTempDirectory("attack").toAbsolutePath());
        }
    }

    /** What the framework keeps for others. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs23 extends Attack {
        private final BundleContext context;

        /** Gets the framework's context. */
        @Activate
        public Fs23(BundleContext context) {
            this.context = context;
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("getDataFile", () -> {
                File info = context.getDataFile("../../bundle1/bundle.info");
                return info == null ? null : Files.size(info.toPath()) + " bytes";
            });
            steps.step("list", () -> {
                // Up by the file itself: the framework lets no name climb out.
                File cache =
                        context.getDataFile("x").getParentFile().getParentFile().getParentFile();
                String[] names = cache.list();
                return names == null ? null : cache + " " + Arrays.toString(names);
            });
        }
    }

    /** More than its share of the disk: one file of {@code bytes}, then {@code files} empty ones. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Fs24 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            Path data = context.dataFolder();
            steps.step("bytes", () -> {
                long left = (long) steps.number("megabytes") << 20;
                ByteBuffer block = ByteBuffer.allocate(1 << 20);
                try (FileChannel out =
                        FileChannel.open(data.resolve("big"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    while (left > 0) {
                        block.clear();
                        left -= out.write(block);
                    }
                }
                return "all written";
            });
            steps.step("files", () -> {
                for (int i = steps.number("files"); i > 0; i--) {
                    Files.createFile(data.resolve("f" + i));
                }
                return "all made";
            });
        }
    }
}
