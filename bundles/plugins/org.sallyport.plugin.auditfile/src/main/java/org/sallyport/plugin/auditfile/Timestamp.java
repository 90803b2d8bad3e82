package org.sallyport.plugin.auditfile;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Writes instants as {@code 2026-01-31T12:00:00.000Z}: always with milliseconds, so that lines sort by their text. Thread-safe. */
public final class Timestamp {
    private static final DateTimeFormatter SECONDS =
            new DateTimeFormatterBuilder().appendInstant(0).toFormatter();

    // Records come many to the second, and to format one costs more than the rest of a record's text.
    private static volatile Second last = second(0);

    private record Second(long epoch, String text) {}

    private Timestamp() {}

    /** The text of an instant; what is less than a millisecond is left out. */
    public static String of(Instant at) {
        Second second = last;
        if (second.epoch != at.getEpochSecond()) {
            second = second(at.getEpochSecond());
            last = second;
        }
        int millis = at.getNano() / 1_000_000;
        return second.text + (millis < 10 ? ".00" : millis < 100 ? ".0" : ".") + millis + "Z";
    }

    private static Second second(long epoch) {
        String text = SECONDS.format(Instant.ofEpochSecond(epoch));
        return new Second(epoch, text.substring(0, text.length() - 1));
    }
}
