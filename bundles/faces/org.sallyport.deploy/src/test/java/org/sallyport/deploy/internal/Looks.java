package org.sallyport.deploy.internal;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A folder that is looked at only when a test says so, by a clock of its own; hand-overs are done one by one. */
final class Looks implements AutoCloseable {
    final MemoryAdmin admin = new MemoryAdmin();
    final Path deploy;
    private final StaggeredPool pool = new StaggeredPool(Duration.ofHours(1));
    private final DeployWatch watch;
    private long nanos;
    private long stamp;

    Looks(Path home) {
        deploy = home.resolve("deploy");
        watch = new DeployWatch(new DeployFolder(deploy), admin, new OfferedEvidence(), pool, () -> nanos);
    }

    /** One look at once; what it handed over is done. */
    boolean look() throws InterruptedException {
        boolean soon = lookOnly();
        drain();
        return soon;
    }

    boolean lookOnly() {
        return watch.look();
    }

    /** One look so much later. */
    boolean lookAfter(Duration time) throws InterruptedException {
        pass(time);
        return look();
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** Looks, each of them when files settle, until all is believed and done. */
    void settle() throws InterruptedException {
        for (int i = 0; i < 6; i++) {
            lookAfter(DeployWatch.SETTLE);
        }
    }

    /** Waits for what was handed over: the pool begins nothing before what came earlier is done. */
    void drain() throws InterruptedException {
        var reached = new CountDownLatch(1);
        pool.submit("", reached::countDown);
        if (!reached.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("The work of the pool did not end");
        }
    }

    /** Puts a file into the folder in one step, as a content of its own. */
    void put(String name, byte[] content) throws IOException {
        Path part = Files.write(deploy.resolve(name + ".part"), content);
        Files.setLastModifiedTime(part, FileTime.fromMillis(++stamp));
        Files.move(part, deploy.resolve(name), ATOMIC_MOVE);
    }

    /** Writes into a file that is there, or makes it. */
    void write(String name, byte[] content) throws IOException {
        Files.write(deploy.resolve(name), content);
        Files.setLastModifiedTime(deploy.resolve(name), FileTime.fromMillis(++stamp));
    }

    void delete(String name) throws IOException {
        Files.delete(deploy.resolve(name));
    }

    void move(String from, String to) throws IOException {
        Files.move(deploy.resolve(from), deploy.resolve(to), ATOMIC_MOVE);
    }

    @Override
    public void close() {
        watch.close();
    }
}
