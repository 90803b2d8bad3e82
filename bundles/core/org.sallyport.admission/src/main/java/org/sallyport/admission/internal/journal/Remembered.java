package org.sallyport.admission.internal.journal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * An operation that the journal remembers: as it is, as its line has it, or by the place of its line. After a start
 * hardly anybody asks for the many that have ended. Immutable.
 */
final class Remembered {
    /** {@link Operation#toDocument} writes this member first. */
    private static final String ID = "{\"id\":";

    /** A quote mark within a string is escaped, so this stands nowhere but where the member is. */
    private static final String ENDED = ",\"ended\":\"";

    final long id;
    final boolean ended;
    private final @Nullable Operation operation;
    private final @Nullable String json;

    /** Where its line lies in the file, if it came from there. */
    final int begin;

    final int end;

    private Remembered(
            long id, boolean ended, int begin, int end, @Nullable Operation operation, @Nullable String json) {
        this.id = id;
        this.ended = ended;
        this.begin = begin;
        this.end = end;
        this.operation = operation;
        this.json = json;
    }

    static Remembered of(Operation operation) {
        return new Remembered(operation.id(), operation.ended().isPresent(), 0, 0, operation, null);
    }

    /** The id with which an operation begins between two places; 0 if that is none. */
    static long idAt(byte[] json, int from, int to) {
        int at = from;
        for (int i = 0; i < ID.length(); i++, at++) {
            if (at >= to || json[at] != ID.charAt(i)) {
                return 0;
            }
        }
        long id = 0;
        // A number of 18 digits is no overflow.
        for (int most = at + 18; at < to && at < most && json[at] >= '0' && json[at] <= '9'; at++) {
            id = id * 10 + json[at] - '0';
        }
        return at < to && json[at] == ',' ? id : 0;
    }

    /** An operation as {@link #json} gave it; empty if it is none. */
    static Optional<Remembered> of(String json, int begin, int end) {
        try {
            long id = json.startsWith(ID) ? Long.parseLong(json, ID.length(), json.indexOf(','), 10) : 0;
            return id > 0
                    ? Optional.of(new Remembered(id, json.contains(ENDED), begin, end, null, json))
                    : Optional.empty();
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** The same, of which the line is read from the file when somebody asks. */
    Remembered withoutText() {
        return new Remembered(id, ended, begin, end, null, null);
    }

    /** The same, elsewhere in the file. */
    Remembered at(int newBegin, int newEnd) {
        return new Remembered(id, ended, newBegin, newEnd, null, null);
    }

    /** Whether it is known without a look at the file. */
    boolean isAtHand() {
        return operation != null || json != null;
    }

    /** The operation; empty if its line is readable to another version only. */
    Optional<Operation> operation() {
        if (json == null) {
            return Optional.ofNullable(operation);
        }
        try {
            return Optional.of(Operation.of(Json.read(json.getBytes(StandardCharsets.UTF_8))));
        } catch (JsonException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Its form in the file. */
    String json() {
        return json != null || operation == null
                ? String.valueOf(json)
                : operation.toDocument().toJson();
    }
}
