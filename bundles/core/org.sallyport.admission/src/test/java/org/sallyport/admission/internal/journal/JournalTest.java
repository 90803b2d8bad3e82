package org.sallyport.admission.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.admission.internal.journal.Operation.Outcome;
import org.sallyport.api.document.Document;

@DisplayName("The journal")
class JournalTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("registry/operations.journal");
    }

    private static Operation operation(long id, boolean ended) {
        return new Operation(
                id,
                Kind.UPDATE,
                "x",
                "1.0.0",
                "ab",
                "shell/ü\n.jar",
                Instant.parse("2026-01-02T03:04:05Z"),
                ended ? Optional.of(Instant.parse("2026-01-02T03:04:06Z")) : Optional.empty(),
                ended ? Outcome.DONE : Outcome.RUNNING,
                "begin",
                "because",
                Optional.empty());
    }

    @Test
    @DisplayName("remembers over a restart how each operation was at last, and goes on counting")
    void restart() throws Exception {
        Journal journal = new Journal(file(), Disk.REAL);
        assertThat(journal.nextId()).isEqualTo(1);
        journal.write(operation(1, false));
        journal.writeAhead(operation(1, false).intending(Document.object("version", Document.of("2"))));
        journal.write(operation(2, true));
        journal.writeAhead(operation(3, false).intending(Document.NULL));

        Journal again = new Journal(file(), Disk.REAL);
        assertThat(again.all())
                .containsExactly(
                        operation(1, false).intending(Document.object("version", Document.of("2"))),
                        operation(2, true),
                        operation(3, false).intending(Document.NULL));
        assertThat(again.nextId()).isEqualTo(4);
        assertThat(again.find(2)).contains(operation(2, true));
        assertThat(again.find(4)).isEmpty();
    }

    @Test
    @DisplayName("loses nothing but the damaged line, wherever it is cut off or changed")
    void damage() throws Exception {
        Journal journal = new Journal(file(), Disk.REAL);
        journal.write(operation(1, true));
        byte[] one = Files.readAllBytes(file());
        journal.write(operation(2, true));
        byte[] two = Files.readAllBytes(file());

        for (int length = one.length; length < two.length; length++) {
            Files.write(file(), Arrays.copyOf(two, length));
            Journal cut = new Journal(file(), Disk.REAL);
            assertThat(cut.all()).as("cut at %s", length).containsExactly(operation(1, true));
            cut.write(operation(3, true));
            assertThat(new Journal(file(), Disk.REAL).all()).containsExactly(operation(1, true), operation(3, true));
        }
        for (int at = 0; at < one.length - 1; at++) {
            byte[] changed = two.clone();
            changed[at] ^= 1;
            Files.write(file(), changed);
            assertThat(new Journal(file(), Disk.REAL).all())
                    .as("changed at %s", at)
                    .containsExactly(operation(2, true));
        }
    }

    @Test
    @DisplayName("takes no operation for one that has ended because of what its texts say")
    void lookAlike() throws Exception {
        Operation running = operation(1, false).at("x\",\"ended\":\"2026-01-02T03:04:06Z");
        new Journal(file(), Disk.REAL).write(running);

        Journal again = new Journal(file(), Disk.REAL);

        assertThat(again.running()).containsExactly(running);
        again.write(running.ended(Outcome.DONE, ""));
        assertThat(again.running()).isEmpty();
        assertThat(new Journal(file(), Disk.REAL).running()).isEmpty();
    }

    @Test
    @DisplayName("leaves out what only another version can read, and keeps it in the file")
    void otherVersion() throws Exception {
        new Journal(file(), Disk.REAL).write(operation(1, true));
        String json = Remembered.of(operation(2, true)).json().replace("UPDATE", "ANOTHER");
        CRC32C sum = new CRC32C();
        sum.update(json.getBytes(UTF_8));
        String line = Long.toHexString(sum.getValue()) + " " + json + "\n";
        Files.writeString(file(), line, StandardOpenOption.APPEND);

        Journal again = new Journal(file(), Disk.REAL);

        assertThat(again.all()).containsExactly(operation(1, true));
        assertThat(again.find(2)).isEmpty();
        assertThat(again.nextId()).isEqualTo(3);
        assertThat(file()).content(UTF_8).endsWith(line);
    }

    @Test
    @DisplayName("forgets the oldest that have ended, never one that runs, and its file does not grow without end")
    void bounds() throws Exception {
        Journal journal = new Journal(file(), Disk.REAL);
        journal.write(operation(1, false));
        for (int id = 2; id <= Journal.MAX_OPERATIONS; id++) {
            journal.write(operation(id, true));
        }
        assertThat(journal.all()).hasSize(Journal.MAX_OPERATIONS);
        journal.write(operation(Journal.MAX_OPERATIONS + 1, true));
        assertThat(journal.all())
                .hasSize(Journal.MAX_OPERATIONS)
                .extracting(Operation::id)
                .startsWith(1L, 3L);
        for (int i = 0; i < Journal.MAX_LINES; i++) {
            journal.write(operation(Journal.MAX_OPERATIONS + 2 + i, true));
        }
        try (var lines = Files.lines(file())) {
            assertThat(lines.count()).isLessThanOrEqualTo(Journal.MAX_LINES);
        }
        assertThat(new Journal(file(), Disk.REAL).all()).isEqualTo(journal.all());
    }

    @Test
    @DisplayName("that could not be written says so, and writes its file anew with the next line")
    void failingDisk() throws Exception {
        AtomicInteger failing = new AtomicInteger();
        Journal journal = new Journal(file(), new Disk() {
            @Override
            public void append(Path at, byte[] bytes) throws IOException {
                if (failing.get() > 0) {
                    Disk.super.append(at, Arrays.copyOf(bytes, bytes.length / 2));
                    throw new IOException("the disk is full");
                }
                Disk.super.append(at, bytes);
            }
        });
        journal.write(operation(1, true));
        failing.set(1);
        assertThatThrownBy(() -> journal.writeAhead(operation(2, true))).hasMessage("the disk is full");
        failing.set(0);
        journal.write(operation(3, true));
        assertThat(new Journal(file(), Disk.REAL).all())
                .extracting(Operation::id)
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName("is not written anew without what cannot be read for the moment")
    void unreadable() throws Exception {
        Journal before = new Journal(file(), Disk.REAL);
        before.write(operation(1, true));
        Files.writeString(file(), "half a line", StandardOpenOption.APPEND);
        AtomicInteger failing = new AtomicInteger();
        Journal journal = new Journal(file(), new Disk() {
            @Override
            public byte[] read(Path at) throws IOException {
                if (failing.get() > 0) {
                    throw new IOException("the disk does not answer");
                }
                return Disk.super.read(at);
            }
        });
        failing.set(1);
        assertThatThrownBy(() -> journal.write(operation(2, true))).hasMessage("the disk does not answer");
        failing.set(0);
        journal.write(operation(3, true));
        assertThat(new Journal(file(), Disk.REAL).all())
                .extracting(Operation::id)
                .containsExactly(1L, 2L, 3L);
        Files.delete(file());
        assertThatThrownBy(() -> journal.write(operation(4, true))).isInstanceOf(NoSuchFileException.class);
        journal.write(operation(5, true));
        assertThat(new Journal(file(), Disk.REAL).all())
                .extracting(Operation::id)
                .containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    @DisplayName("makes what is written at the same time last by one fsync")
    void together() throws Exception {
        AtomicInteger forced = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Journal journal = new Journal(file(), new Disk() {
            @Override
            public void force(Path at) throws IOException {
                if (forced.incrementAndGet() == 1) {
                    first.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                Disk.super.force(at);
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(9);
        threads.execute(() -> ahead(journal, 1));
        first.await();
        for (int id = 2; id <= 9; id++) {
            long mine = id;
            threads.execute(() -> ahead(journal, mine));
        }
        while (journal.all().size() < 9) {
            Thread.sleep(5);
        }
        go.countDown();
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(forced).hasValue(2);
        assertThat(List.copyOf(new Journal(file(), Disk.REAL).all())).hasSize(9);
    }

    private static void ahead(Journal journal, long id) {
        try {
            journal.writeAhead(operation(id, true));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("without a file remembers until the end of the process")
    void memory() throws Exception {
        Journal journal = new Journal();
        journal.writeAhead(operation(journal.nextId(), true));
        assertThat(journal.all()).hasSize(1);
    }
}
