package hostile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows RS. How far each goes is said by an argument, so that it can be tried where nothing stops it. */
public final class ResourceAttacks {
    private ResourceAttacks() {}

    /** Loops. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            long rounds = 0;
            while (true) {
                rounds++;
                if (rounds < 0) {
                    return;
                }
            }
        }
    }

    /** Loops, and catches whatever would end it. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs02 extends Attack {
        @Override
        protected void attack(Steps steps) {
            again(steps);
        }

        private static void again(Steps steps) {
            long rounds = 0;
            while (true) {
                try {
                    while (true) {
                        rounds++;
                    }
                } catch (Throwable e) {
                    again(steps);
                } finally {
                    for (int i = 0; i < Integer.MAX_VALUE; i++) {
                        rounds--;
                    }
                }
            }
        }
    }

    /** Keeps {@code megabytes} of memory. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("heap", () -> {
                List<byte[]> kept = new ArrayList<>();
                for (int i = 0; i < steps.number("megabytes"); i++) {
                    kept.add(new byte[1 << 20]);
                }
                return kept.size() + " MB";
            });
        }
    }

    /** Makes {@code threads}, which wait until all are there. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs06 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("threads", () -> {
                List<Thread> threads = new ArrayList<>();
                try {
                    for (int i = 0; i < steps.number("threads"); i++) {
                        Thread thread = new Thread(() -> {
                            try {
                                Thread.sleep(600_000);
                            } catch (InterruptedException e) {
                                // It was to end.
                            }
                        });
                        thread.setDaemon(true);
                        thread.start();
                        threads.add(thread);
                    }
                    return threads.size() + " threads";
                } finally {
                    threads.forEach(Thread::interrupt);
                }
            });
        }
    }

    /** Opens its own file {@code descriptors} times. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs07 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            steps.step("descriptors", () -> {
                Path file = context.dataFolder().resolve("one");
                List<Closeable> open = new ArrayList<>();
                try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
                    for (int i = 0; i < steps.number("descriptors"); i++) {
                        open.add(new FileInputStream(file.toFile()));
                    }
                    return open.size() + " open";
                } finally {
                    for (Closeable one : open) {
                        one.close();
                    }
                }
            });
        }
    }

    /** An expression that tries all there is. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs08 extends Attack {
        @Override
        protected void attack(Steps steps) {
            // Newer Java remembers where a group failed; with a reference back to it, it cannot.
            steps.step(
                    "regex",
                    () -> Pattern.compile("(a|aa)+\\1?$")
                            .matcher("a".repeat(steps.number("characters")) + "b")
                            .matches());
        }
    }

    /** A bomb that it brings itself: {@code megabytes} of zeros, packed several times. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs10 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("unpack", () -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                    byte[] zeros = new byte[1 << 20];
                    for (int i = 0; i < steps.number("megabytes"); i++) {
                        out.write(zeros);
                    }
                }
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
                    List<byte[]> kept = new ArrayList<>();
                    for (byte[] block = in.readNBytes(1 << 20); block.length > 0; block = in.readNBytes(1 << 20)) {
                        kept.add(block);
                    }
                    return kept.size() + " MB";
                }
            });
        }
    }

    /** An answer of a {@code depth} that nobody reads to the end. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs11 extends Attack {
        @Override
        protected void attack(Steps steps) {
            throw new Deep(steps.number("depth"));
        }

        private static final class Deep extends RuntimeException {
            private static final long serialVersionUID = 1L;

            Deep(int depth) {
                super(text(depth));
            }

            private static String text(int depth) {
                Document document = Document.EMPTY_ARRAY;
                for (int i = 0; i < depth; i++) {
                    document = Document.array(List.of(document));
                }
                return document.toJson();
            }
        }
    }

    /** A file with {@code gigabytes} of nothing. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs12 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            steps.step("sparse", () -> {
                try (RandomAccessFile file = new RandomAccessFile(
                        context.dataFolder().resolve("sparse").toFile(), "rw")) {
                    file.setLength((long) steps.number("gigabytes") << 30);
                    return file.length();
                }
            });
        }
    }

    /** Writes {@code lines} to the log, one that looks like two, and a long one. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs13 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            steps.step("forged", () -> {
                context.logger()
                        .error("harmless\n2026-01-01T00:00:00Z ERROR org.sallyport.admission forged-line\u001b[31m");
                return null;
            });
            steps.step("long", () -> {
                context.logger().error("long-line " + "x".repeat(10 << 20));
                return null;
            });
            steps.step("flood", () -> {
                for (int i = 0; i < steps.number("lines"); i++) {
                    context.logger().error("flood {}", i);
                }
                return null;
            });
        }
    }

    /** Takes all memory whenever it is started. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rs18 extends Attack {
        /** Does not come up. */
        @Activate
        public Rs18() {
            List<byte[]> kept = new ArrayList<>();
            while (true) {
                kept.add(new byte[1 << 20]);
            }
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("started", () -> "started");
        }
    }
}
