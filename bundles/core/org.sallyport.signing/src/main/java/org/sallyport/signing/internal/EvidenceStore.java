package org.sallyport.signing.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.signing.internal.keys.PrivateFiles;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.trust.Evidence;

/**
 * Signatures by the digest of their archive: those that were offered in memory, those for which an archive was accepted in
 * {@code keys/evidence/<sha256>.json}. Thread-safe.
 */
final class EvidenceStore implements Evidence {
    /** Most archives of which offered signatures are remembered. */
    static final int MAX_OFFERED = 1_000;

    /** Most signatures of one archive. */
    static final int MAX_EACH = 4;

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.json");
    private static final long YOUNG = TimeUnit.HOURS.toNanos(1);

    private static final int MAX_FILE = MAX_EACH * 2 * MAX_SIZE;

    private final @Nullable Path folder;
    private final LongSupplier clock;

    /** When archives were accepted here, of those of the last hour; the oldest first. */
    // Guarded by this.
    private final Map<String, Long> young = new LinkedHashMap<>();

    // Guarded by this; in the order in which they were offered.
    private final Map<String, List<byte[]>> offered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<byte[]>> eldest) {
            return size() > MAX_OFFERED;
        }
    };

    /**
     * @param folder {@code null} keeps nothing
     * @param clock as {@link System#nanoTime()}
     */
    EvidenceStore(@Nullable Path folder, LongSupplier clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Override
    public synchronized void offer(String sha256, byte[] signature) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("[" + sha256 + "] is no SHA-256");
        }
        byte[] kept = Arrays.copyOf(signature, Math.min(signature.length, MAX_SIZE + 1));
        List<byte[]> all = new ArrayList<>(List.of(kept));
        for (byte[] one : offered.getOrDefault(sha256, List.of())) {
            if (all.size() < MAX_EACH && !Arrays.equals(one, kept)) {
                all.add(one);
            }
        }
        offered.put(sha256, all);
    }

    /** All signatures of an archive, those first that were offered last. */
    List<byte[]> of(String sha256) throws IOException {
        List<byte[]> all = new ArrayList<>();
        synchronized (this) {
            all.addAll(offered.getOrDefault(sha256, List.of()));
        }
        for (byte[] kept : kept(sha256)) {
            if (all.stream().noneMatch(one -> Arrays.equals(one, kept))) {
                all.add(kept);
            }
        }
        return all;
    }

    /** Keeps the one for which an archive was accepted; durable when it returns. */
    void accept(String sha256, byte[] signature) throws IOException {
        synchronized (this) {
            grow(clock.getAsLong());
            young.remove(sha256);
            young.put(sha256, clock.getAsLong());
        }
        List<byte[]> before = kept(sha256);
        if (folder == null || before.stream().anyMatch(one -> Arrays.equals(one, signature))) {
            return;
        }
        List<byte[]> all = new ArrayList<>(List.of(signature));
        all.addAll(before);
        Document json = Document.array(all.stream()
                .limit(MAX_EACH)
                .map(one -> Document.of(Base64.getEncoder().encodeToString(one)))
                .toList());
        PrivateFiles.replace(file(folder, sha256), json.toJson().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void retain(Set<String> archives) throws IOException {
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (NAME.matcher(name).matches()) {
                    forget(name.substring(0, 64), file, archives);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Not while it is accepted. */
    private synchronized void forget(String sha256, Path file, Set<String> archives) throws IOException {
        grow(clock.getAsLong());
        if (!archives.contains(sha256) && !young.containsKey(sha256)) {
            Files.deleteIfExists(file);
        }
    }

    private void grow(long now) {
        young.values().removeIf(since -> now - since >= YOUNG);
    }

    private List<byte[]> kept(String sha256) throws IOException {
        byte[] text = folder == null ? null : PrivateFiles.read(file(folder, sha256), MAX_FILE);
        if (text == null) {
            return List.of();
        }
        List<byte[]> all = new ArrayList<>();
        try {
            Json.read(text).values().forEach(one -> all.add(Base64.getDecoder().decode(one.text(""))));
            return all;
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("File [" + file(folder, sha256) + "] is damaged: " + e.getMessage(), e);
        }
    }

    private static Path file(Path folder, String sha256) {
        return folder.resolve(sha256 + ".json");
    }
}
