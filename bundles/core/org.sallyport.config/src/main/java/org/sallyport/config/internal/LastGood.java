package org.sallyport.config.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the texts of the files that were last found good, for a start with bad ones. The texts rather than what was
 * made of them, so that the defaults and the command line of that later start count. Readable by its owner only, as
 * configuration may hold secrets. Not thread-safe.
 */
final class LastGood {
    private static final Logger log = LoggerFactory.getLogger(LastGood.class);
    private static final long MAX_BYTES = 8L * ConfigFiles.MAX_TOTAL;

    private final Path file;

    LastGood(Path file) {
        this.file = file;
    }

    /** What was kept; empty if there is nothing or it cannot be read, which is logged. */
    Optional<List<ConfigFiles.Text>> load() {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            } else if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is larger than [" + MAX_BYTES + "] bytes");
            }
            Document kept = Json.read(Files.readAllBytes(file)).get("files");
            if (!kept.isArray() || kept.size() > ConfigFiles.MAX_FILES) {
                throw new IOException("it has another form");
            }
            List<ConfigFiles.Text> texts = new ArrayList<>();
            for (Document text : kept.values()) {
                texts.add(new ConfigFiles.Text(
                        text.get("name").text(""), text.get("text").text(""), ""));
            }
            return Optional.of(List.copyOf(texts));
        } catch (IOException | JsonException e) {
            log.warn("The last good configuration [{}] is of no use: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** Keeps texts; a failure is logged, as it costs no more than the fallback of a later start. */
    void save(List<ConfigFiles.Text> texts) {
        List<Document> files = new ArrayList<>();
        for (ConfigFiles.Text text : texts) {
            files.add(Document.object(Map.of("name", Document.of(text.name()), "text", Document.of(text.text()))));
        }
        byte[] json = Document.object("files", Document.array(files)).toJson().getBytes(StandardCharsets.UTF_8);
        try {
            Files.createDirectories(file.getParent());
            Durable.replaceSecret(file, json);
        } catch (IOException e) {
            log.warn("The good configuration could not be kept as [{}]: {}", file, e.toString());
        }
    }
}
