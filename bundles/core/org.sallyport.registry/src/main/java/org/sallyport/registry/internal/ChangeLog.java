package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern HEAD = Pattern.compile("([1-9][0-9]{0,8}) ([1-9][0-9]{0,17}) ");

    private ChangeLog() {}

    /** One change; a value that is null removes the entry. */
    record Change(int format, long revision, String key, Document value) {
        String line() {
            return format + " " + revision + " "
                    + Document.object(KEY, Document.of(key)).with(VALUE, value).toJson();
        }

        private static Optional<Change> read(Matcher head, String json) {
            try {
                Document change = Json.read(json);
                return change.get(KEY).isString()
                        ? Optional.of(new Change(
                                Integer.parseInt(head.group(1)),
                                Long.parseLong(head.group(2)),
                                change.get(KEY).text(""),
                                change.get(VALUE)))
                        : Optional.empty();
            } catch (JsonException e) {
                return Optional.empty();
            }
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
            Matcher head = HEAD.matcher(line);
            boolean headed = head.lookingAt();
            if (!headed || Long.parseLong(head.group(2)) > above) {
                Optional<Change> change = headed ? Change.read(head, line.substring(head.end())) : Optional.empty();
                change.ifPresent(changes::add);
                damaged += change.isEmpty() ? 1 : 0;
            }
        }
        boolean clean = log.isClean() && changes.size() == log.lines().size();
        return new Content(List.copyOf(changes), damaged, clean);
    }
}
