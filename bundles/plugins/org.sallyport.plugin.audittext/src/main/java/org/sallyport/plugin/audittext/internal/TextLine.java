package org.sallyport.plugin.audittext.internal;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.StringJoiner;
import org.sallyport.api.policy.Message;
import org.sallyport.plugin.auditfile.AuditEvent;
import org.sallyport.plugin.auditfile.Printable;

/**
 * The line for people: {@code <UTC> - REQUEST: method - tool - server - ALLOWED}. Its parts are separated by
 * {@value #SEPARATOR}; a name from a stranger that holds the separator or a quote stands in quotes, so that nobody can
 * make up parts.
 */
final class TextLine {
    private static final String SEPARATOR = " - ";
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private TextLine() {}

    static String of(AuditEvent event) {
        StringJoiner line = new StringJoiner(SEPARATOR);
        line.add(UTC.format(event.at()));
        if (Message.RESPONSE.equals(event.kind())) {
            line.add("RESPONSE");
        } else {
            String method = event.method().isEmpty() ? "[no method]" : name(event.method());
            line.add(Printable.oneLine(event.kind()).toUpperCase(Locale.ROOT) + ": " + method);
            event.tool().ifPresent(tool -> line.add(name(tool)));
        }
        line.add(event.server().isEmpty() ? "[no server]" : name(event.server()));
        line.add(outcome(event));
        return line.toString();
    }

    private static String outcome(AuditEvent event) {
        return switch (event.outcome()) {
            case BLOCKED -> withReason("BLOCKED", event);
            case COMPLETED_BY_MIDDLEWARE -> withReason("MIDDLEWARE_RESPONSE", event);
            case ERROR -> withReason("ERROR", event);
            case NO_SECURITY -> "NO_SECURITY";
            default -> Message.RESPONSE.equals(event.kind()) ? answer(event) : "ALLOWED";
        };
    }

    private static String answer(AuditEvent event) {
        return event.error()
                .map(error -> "error " + error.code().numberText().orElse("[no code]") + ": "
                        + Printable.oneLine(error.message()))
                .orElseGet(() -> "success (" + seconds(event.durationMillis()) + "s)");
    }

    private static String seconds(long millis) {
        return java.math.BigDecimal.valueOf(millis, 3).toPlainString();
    }

    private static String withReason(String word, AuditEvent event) {
        return event.reason().isEmpty() ? word : word + SEPARATOR + Printable.oneLine(event.reason());
    }

    private static String name(String text) {
        String line = Printable.oneLine(text);
        return line.contains(SEPARATOR) || line.contains("\"") || !line.equals(line.strip())
                ? "\"" + line.replace("\"", "\\\"") + "\""
                : line;
    }
}
