package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.file.LineLog;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * The changes after a registry file, one line of a {@link LineLog} each: the format as that of {@link RegistryFile}, the revision, and
 * key and value as JSON.
 */
final class ChangeLog {
    private static final String KEY = "key";
    private static final String VALUE = "value";

    /** Most digits of a format and of a revision. */
    private static final int FORMAT_DIGITS = 9;

    private static final int REVISION_DIGITS = 18;

    private ChangeLog() {}

    /** One change; a value that is null removes the entry. */
    record Change(int format, long revision, String key, Document value) {
        String line() {
            return format + " " + revision + " "
                    + Document.object(KEY, Document.of(key)).with(VALUE, value).toJson();
        }

        private static Optional<Change> read(Head head, String line) {
            try {
                // As bytes, like the copy: a start is spared the other parser's compilation.
                Document change = Json.read(line.substring(head.end).getBytes(StandardCharsets.UTF_8));
                return change.get(KEY).isString()
                        ? Optional.of(new Change(
                                head.format, head.revision, change.get(KEY).text(""), change.get(VALUE)))
                        : Optional.empty();
            } catch (JsonException e) {
                return Optional.empty();
            }
        }
    }

    /** What stands before the JSON, up to its end. */
    private record Head(int format, long revision, int end) {
        /** Null if a line does not begin so. */
        static @Nullable Head of(String line) {
            int format = number(line, 0, FORMAT_DIGITS);
            int revision = format < 0 ? -1 : number(line, format + 1, REVISION_DIGITS);
            return revision < 0
                    ? null
                    : new Head(
                            Integer.parseInt(line, 0, format, 10),
                            Long.parseLong(line, format + 1, revision, 10),
                            revision + 1);
        }

        /** Where a number without leading zeros ends that a blank follows; -1 if there is none. */
        private static int number(String line, int from, int most) {
            int at = from;
            while (at < line.length() && at - from <= most && line.charAt(at) >= '0' && line.charAt(at) <= '9') {
                at++;
            }
            boolean is = at > from && at - from <= most && line.charAt(from) != '0';
            return is && at < line.length() && line.charAt(at) == ' ' ? at : -1;
        }
    }

    /**
     * What a log holds.
     *
     * @param changes those above the revision that was asked for
     * @param damaged how many lines are not as they were written
     * @param clean whether more may be appended to it: all are above that revision, and whole
     */
    record Content(List<Change> changes, int damaged, boolean clean) {}

    /** Reads the changes above a revision; none if there is no such file. */
    static Content read(Path path, long above) throws IOException {
        LineLog.Content log = LineLog.read(path);
        List<Change> changes = new ArrayList<>();
        int damaged = log.damaged();
        for (String line : log.lines()) {
            Head head = Head.of(line);
            if (head == null || head.revision > above) {
                Optional<Change> change = head == null ? Optional.empty() : Change.read(head, line);
                change.ifPresent(changes::add);
                damaged += change.isEmpty() ? 1 : 0;
            }
        }
        boolean clean = log.isClean() && changes.size() == log.lines().size();
        return new Content(List.copyOf(changes), damaged, clean);
    }
}
