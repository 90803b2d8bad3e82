package org.sallyport.audit.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;

/**
 * Writes life-cycle events, one line of JSON each: {@code {"seq":…,"prev":…,"at":…,"event":…,"subject":…,"details":{…}}}. Number and
 * chain go on over restarts and files: {@code prev} is the SHA-256 of the line before, so a line that was changed or taken
 * out shows; that the end was cut off shows by the {@link Seals}. Thread-safe: one line at a time.
 */
final class JsonLinesAudit {
    /** The code of the exception if a line could not be written. */
    static final String AUDIT_FAILED = "audit_failed";

    /** The event that says that records are missing. */
    static final String BROKEN = "audit.broken";

    /** A file that has reached this size gets no further line: 10 MiB. */
    static final long MAX_FILE = 10L << 20;

    /** Most characters of event, subject and of each name in the details; of a longer one the end is cut. */
    static final int MAX_NAME = 512;

    /** Most characters of each value in the details; of a longer one the end is cut. */
    static final int MAX_VALUE = 8_192;

    /** Most details; what is more is left out, and a detail {@code omitted} says how many. */
    static final int MAX_DETAILS = 64;

    private final AuditFile file;
    private final Clock clock;

    private final Seals seals;

    // Guarded by this; null until the last line was read.
    private @Nullable Link last;

    JsonLinesAudit(AuditFile file, Seals seals, Clock clock) {
        this.file = file;
        this.seals = seals;
        this.clock = clock;
    }

    /**
     * Writes an event.
     *
     * @return its sequence number, from 1
     * @throws PluginException with the code {@value #AUDIT_FAILED}; the next one may well be written again
     */
    synchronized long record(String event, String subject, Map<String, String> details) {
        try {
            Link written = append(begun(), event, subject, details);
            seals.soon(this);
            return written.seq();
        } catch (IOException e) {
            throw new PluginException(
                    AUDIT_FAILED,
                    "Event [" + event + "] of [" + subject + "] could not be written to the audit file [" + file.file(0)
                            + "]: " + e + ". Make room or mend the permissions, then try again",
                    e);
        }
    }

    /** The last record. What the seals miss of the end becomes a record of its own, and the first one of this run. */
    private Link begun() throws IOException {
        Link known = last;
        if (known != null) {
            return known;
        }
        byte[] tail = file.tail();
        Link found = Link.last(tail);
        String missing = seals.missing(found, tail);
        if (!missing.isEmpty()) {
            found = append(found, BROKEN, "audit", Map.of("cause", missing));
        }
        last = found;
        return found;
    }

    private Link append(Link before, String event, String subject, Map<String, String> details) throws IOException {
        byte[] line = (line(before, event, subject, details).toJson() + "\n").getBytes(StandardCharsets.UTF_8);
        file.append(line, first -> seals.seal(first, before));
        Link written = new Link(before.seq() + 1, before.hash(), Hashes.of(line, 0, line.length - 1));
        last = written;
        return written;
    }

    /**
     * Signs what is written now.
     *
     * @return the checkpoint; empty if nothing was ever written
     */
    Optional<Checkpoint> seal() throws IOException {
        Link youngest;
        Link oldest;
        synchronized (this) {
            youngest = begun();
            if (youngest.seq() == 0) {
                return Optional.empty();
            }
            oldest = file.first();
        }
        return Optional.of(seals.seal(oldest, youngest));
    }

    /** All lines of this moment, to be closed by the caller. */
    synchronized List<Lines> open() throws IOException {
        return file.open();
    }

    private Document line(Link before, String event, String subject, Map<String, String> details) {
        Map<String, Document> line = new LinkedHashMap<>();
        line.put("seq", Document.of(before.seq() + 1));
        line.put("prev", Document.of(before.hash()));
        line.put(
                "at",
                Document.of(Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString()));
        line.put("event", Document.of(cut(event, MAX_NAME)));
        line.put("subject", Document.of(cut(subject, MAX_NAME)));
        if (!details.isEmpty()) {
            line.put("details", details(details));
        }
        return Document.object(line);
    }

    private static Document details(Map<String, String> details) {
        Map<String, Document> members = new LinkedHashMap<>();
        for (Map.Entry<String, String> detail : details.entrySet()) {
            if (members.size() == MAX_DETAILS) {
                members.put("omitted", Document.of(details.size() - MAX_DETAILS));
                break;
            }
            members.put(cut(detail.getKey(), MAX_NAME), Document.of(cut(String.valueOf(detail.getValue()), MAX_VALUE)));
        }
        return Document.object(members);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
