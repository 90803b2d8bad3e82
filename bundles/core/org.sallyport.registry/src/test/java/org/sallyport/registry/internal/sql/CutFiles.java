package org.sallyport.registry.internal.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;

/**
 * Files in memory for H2, as the end of its process leaves them: from one write on nothing is written any more. A write of
 * several pages can be half done, as the kernel looks for a kill between two pages.
 */
public final class CutFiles extends FilePath {
    private static final int PAGE = 4096;
    private static final Map<String, Disk> DISKS = new ConcurrentHashMap<>();

    /** A disk in memory. Thread-safe. */
    static final class Disk {
        private final Map<String, Content> files = new TreeMap<>();
        private long left;
        private boolean cut;

        /** @param writes after which nothing is written any more */
        synchronized Disk until(long writes) {
            left = writes;
            return this;
        }

        synchronized boolean isCut() {
            return cut;
        }

        synchronized Disk copy() {
            Disk copy = new Disk();
            files.forEach((name, content) -> copy.files.put(name, content.copy()));
            return copy;
        }

        synchronized long size() {
            return files.values().stream().mapToLong(file -> file.length).sum();
        }

        private void step() throws IOException {
            cut |= left-- <= 0;
            if (cut) {
                throw new IOException("the process has ended");
            }
        }

        private synchronized int read(String name, ByteBuffer to, long position) {
            Content file = file(name);
            int length = (int) Math.min(to.remaining(), file.length - position);
            if (length <= 0) {
                return -1;
            }
            to.put(file.bytes, (int) position, length);
            return length;
        }

        private synchronized int write(String name, ByteBuffer from, long position) throws IOException {
            int length = from.remaining();
            for (long at = position; from.hasRemaining(); ) {
                step();
                byte[] page = new byte[Math.min(from.remaining(), PAGE)];
                from.get(page);
                file(name).write(page, (int) at);
                at += page.length;
            }
            return length;
        }

        private synchronized void truncate(String name, long size) throws IOException {
            step();
            file(name).truncate((int) size);
        }

        private synchronized void move(String from, String to) throws IOException {
            step();
            files.put(to, Optional.ofNullable(files.remove(from)).orElseThrow());
        }

        private synchronized void delete(String name) throws IOException {
            if (files.containsKey(name)) {
                step();
                files.remove(name);
            }
        }

        private synchronized boolean has(String name) {
            return files.containsKey(name);
        }

        private synchronized long size(String name) {
            return has(name) ? file(name).length : 0;
        }

        private synchronized List<String> names() {
            return List.copyOf(files.keySet());
        }

        private Content file(String name) {
            return files.computeIfAbsent(name, key -> new Content());
        }
    }

    private static final class Content {
        private byte[] bytes = new byte[16 * PAGE];
        private int length;

        Content copy() {
            Content copy = new Content();
            copy.bytes = bytes.clone();
            copy.length = length;
            return copy;
        }

        void write(byte[] page, int position) {
            if (position + page.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * (position + page.length));
            }
            System.arraycopy(page, 0, bytes, position, page.length);
            length = Math.max(length, position + page.length);
        }

        void truncate(int size) {
            if (size < length) {
                Arrays.fill(bytes, size, length, (byte) 0);
                length = size;
            }
        }
    }

    private static final class Channel extends FileBaseDefault {
        private final Disk disk;
        private final String name;

        Channel(Disk disk, String name) {
            this.disk = disk;
            this.name = name;
        }

        @Override
        public long size() {
            return disk.size(name);
        }

        @Override
        public int read(ByteBuffer to, long position) {
            return disk.read(name, to, position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            return disk.write(name, from, position);
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            disk.truncate(name, size);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            return new FileLock(this, position, size, shared) {
                @Override
                public boolean isValid() {
                    return true;
                }

                @Override
                public void release() {
                    // Nobody else asks for it.
                }
            };
        }
    }

    /** Something that writes. */
    private interface Change {
        void on(Disk disk) throws IOException;
    }

    /** Puts a disk where H2 finds it; returns the URL of a database on it. */
    static String mount(String name, Disk disk) {
        FilePath.register(new CutFiles());
        DISKS.put(name, disk);
        return "jdbc:h2:cut:/" + name + "/registry;TRACE_LEVEL_FILE=0";
    }

    static void unmount(String name) {
        DISKS.remove(name);
    }

    private Disk disk() {
        return DISKS.getOrDefault(name.split("/")[1], new Disk());
    }

    /** Within its disk, which a copy has under another name. */
    private static String file(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void change(Change change) {
        try {
            change.on(disk());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String getScheme() {
        return "cut";
    }

    @Override
    public FilePath getPath(String path) {
        CutFiles made = new CutFiles();
        made.name = path.startsWith("cut:") ? path : "cut:" + path;
        return made;
    }

    @Override
    public long size() {
        return disk().size(file(name));
    }

    @Override
    public void moveTo(FilePath to, boolean atomicReplace) {
        change(disk -> disk.move(file(name), file(to.name)));
    }

    @Override
    public boolean createFile() {
        return !disk().has(file(name));
    }

    @Override
    public boolean exists() {
        return isDirectory() || disk().has(file(name));
    }

    @Override
    public void delete() {
        change(disk -> disk.delete(file(name)));
    }

    @Override
    public List<FilePath> newDirectoryStream() {
        return disk().names().stream().map(file -> getPath(name + "/" + file)).toList();
    }

    @Override
    public FilePath toRealPath() {
        return this;
    }

    @Override
    public FilePath getParent() {
        return getPath(name.substring(0, name.lastIndexOf('/')));
    }

    @Override
    public boolean isDirectory() {
        return name.split("/").length < 3;
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory() && exists();
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }

    @Override
    public long lastModified() {
        return 0;
    }

    @Override
    public boolean canWrite() {
        return true;
    }

    @Override
    public void createDirectory() {
        // Each is there.
    }

    @Override
    public FileChannel open(String mode) {
        return new Channel(disk(), file(name));
    }

    @Override
    public boolean setReadOnly() {
        return false;
    }
}
