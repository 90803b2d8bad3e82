package org.sallyport.admission.internal.journal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * An operation that the journal remembers: as it is, or as its line has it, which is read when somebody asks. After a start
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

    private Remembered(long id, boolean ended, @Nullable Operation operation, @Nullable String json) {
        this.id = id;
        this.ended = ended;
        this.operation = operation;
        this.json = json;
    }

    static Remembered of(Operation operation) {
        return new Remembered(operation.id(), operation.ended().isPresent(), operation, null);
    }

    /** An operation as {@link #json} gave it; empty if it is none. */
    static Optional<Remembered> of(String json) {
        try {
            long id = json.startsWith(ID) ? Long.parseLong(json, ID.length(), json.indexOf(','), 10) : 0;
            return id > 0 ? Optional.of(new Remembered(id, json.contains(ENDED), null, json)) : Optional.empty();
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
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
