package org.sallyport.audit.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * Writes life-cycle events, one line of JSON each: {@code {"seq":…,"at":…,"event":…,"subject":…,"details":{…}}}. The
 * sequence number goes on over restarts, so a line that was taken out leaves a gap. Thread-safe: one line at a time.
 */
final class JsonLinesAudit {
    /** The code of the exception if a line could not be written. */
    static final String AUDIT_FAILED = "audit_failed";

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

    // Guarded by this; below zero until the last line was read.
    private long lastSeq = -1;

    JsonLinesAudit(AuditFile file, Clock clock) {
        this.file = file;
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
            if (lastSeq < 0) {
                lastSeq = seqOfLastLine(file.tail());
            }
            long seq = lastSeq + 1;
            file.append((line(seq, event, subject, details).toJson() + "\n").getBytes(StandardCharsets.UTF_8));
            lastSeq = seq;
            return seq;
        } catch (IOException e) {
            throw new PluginException(
                    AUDIT_FAILED,
                    "Event [" + event + "] of [" + subject + "] could not be written to the audit file [" + file.file(0)
                            + "]: " + e + ". Make room or mend the permissions, then try again",
                    e);
        }
    }

    private Document line(long seq, String event, String subject, Map<String, String> details) {
        Map<String, Document> line = new LinkedHashMap<>();
        line.put("seq", Document.of(seq));
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

    /** The highest number among the last lines; a line that a crash tore has none. */
    static long seqOfLastLine(byte[] tail) {
        int end = tail.length;
        while (end > 0) {
            int start = end - 1;
            while (start > 0 && tail[start - 1] != '\n') {
                start--;
            }
            Long seq = seq(tail, start, end);
            if (seq != null) {
                return seq;
            }
            end = start;
        }
        return 0;
    }

    private static @Nullable Long seq(byte[] text, int start, int end) {
        try {
            long seq = Json.read(text, start, end - start).get("seq").asLong(-1);
            return seq < 0 ? null : seq;
        } catch (JsonException e) {
            return null;
        }
    }
}
