package org.sallyport.admission.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.admission.internal.journal.Disk;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

/**
 * A machine that stops at a chosen step: each write to its disk and to its registry is one, and half a write is one too.
 * What was not made to last is lost with the power, if it is the power that goes.
 */
final class Machine implements Disk {
    /** The machine stopped; nobody catches it. */
    static final class Stopped extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final MapStore entries = new MapStore();
    private final Map<Path, Long> lasting = new HashMap<>();
    private final List<String> steps = new ArrayList<>();
    private boolean stopped;
    private int left = Integer.MAX_VALUE;

    /** The registry, whose writes are whole or not at all. */
    final RegistryStore registry = new RegistryStore() {
        @Override
        public Map<String, Entry> all() throws IOException {
            return entries.all();
        }

        @Override
        public Optional<Entry> get(String key) throws IOException {
            return entries.get(key);
        }

        @Override
        public Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
            step("before registry");
            Optional<Long> revision = entries.compareAndSet(key, expected, value);
            step("after registry");
            return revision;
        }

        @Override
        public Watch watch(Watcher watcher) {
            return entries.watch(watcher);
        }

        @Override
        public void close() {}
    };

    /** Lets it stop at the n-th step from now. */
    synchronized void stopAt(int n) {
        left = n;
        steps.clear();
    }

    /** The steps so far. */
    synchronized List<String> steps() {
        return List.copyOf(steps);
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    /** Starts it again. */
    synchronized void restart(boolean powerLost) throws IOException {
        if (powerLost) {
            for (Map.Entry<Path, Long> file : lasting.entrySet()) {
                byte[] all = Files.readAllBytes(file.getKey());
                Files.write(file.getKey(), Arrays.copyOf(all, (int) Math.min(all.length, file.getValue())));
            }
        }
        stopped = false;
        left = Integer.MAX_VALUE;
    }

    private synchronized void step(String what) {
        if (stopped) {
            throw new Stopped();
        }
        steps.add(what);
        if (--left <= 0) {
            stopped = true;
            throw new Stopped();
        }
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        step("before replace " + file.getFileName());
        Files.createDirectories(file.getParent());
        Path half = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
        step("in replace " + file.getFileName());
        Files.delete(half);
        Disk.super.replace(file, bytes);
        synchronized (this) {
            lasting.computeIfPresent(file, (path, before) -> (long) bytes.length);
        }
        step("after replace " + file.getFileName());
    }

    @Override
    public void append(Path file, byte[] bytes) throws IOException {
        step("before append");
        synchronized (this) {
            lasting.putIfAbsent(file, Files.size(file));
        }
        Disk.super.append(file, Arrays.copyOf(bytes, bytes.length / 2));
        step("in append");
        Disk.super.append(file, Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length));
        step("after append");
    }

    @Override
    public void force(Path file) throws IOException {
        step("before force");
        Disk.super.force(file);
        synchronized (this) {
            lasting.put(file, Files.size(file));
        }
        step("after force");
    }

    @Override
    public void delete(Path file) throws IOException {
        step("before delete");
        Disk.super.delete(file);
        step("after delete");
    }
}
