package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** What auditors wrote, compared with what they should have written. The last entry is the one that is looked at. */
final class AuditOutput {
    static final Set<String> FIELDS =
            Set.of("json", "csv", "csv_starts", "line", "lines", "physical_lines", "max_line");

    /** All that some program takes for the end of a line. */
    private static final Pattern BREAK = Pattern.compile("\r\n|[\n\r\u000b\f\u001c-\u001e\u0085\u2028\u2029]");

    private static final int MAX_SHOWN = 600;

    private final Wildcards wildcards;
    private final Case recorded;
    private final String log;

    AuditOutput(Wildcards wildcards, Case recorded, String log) {
        this.wildcards = wildcards;
        this.recorded = recorded;
        this.log = log;
    }

    Optional<String> difference(String field, Document wanted) {
        return switch (field) {
            case "json" -> json(wanted);
            case "csv" -> csv(wanted, false);
            case "csv_starts" -> csv(wanted, true);
            case "line" -> last(lines(), wanted.text(""));
            case "lines" -> lines(wanted);
            case "physical_lines" -> number(field, wanted, physicalLines().size());
            default -> longest(wanted);
        };
    }

    private List<String> lines() {
        return log.isEmpty()
                ? List.of()
                : List.of(log.split("\n", -1)).stream()
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    private List<String> physicalLines() {
        return log.isEmpty() ? List.of() : List.of(BREAK.split(log));
    }

    private Optional<String> json(Document wanted) {
        Document last = Document.NULL;
        for (String line : lines()) {
            try {
                last = Json.read(line);
            } catch (JsonException e) {
                return Optional.of("a line of the log is no JSON: " + e.getMessage() + " in " + shown(line));
            }
        }
        return wildcards.contains(wanted, last)
                ? Optional.empty()
                : Optional.of("expected json [" + wanted.toJson() + "], was [" + shown(last.toJson()) + "]");
    }

    private Optional<String> csv(Document wanted, boolean starts) {
        List<List<String>> rows = Delimited.of(recorded.plugins()).rows(log);
        if (rows.size() < 2) {
            return Optional.of("expected a header and a row, there are " + rows.size() + " rows: " + shown(log));
        }
        Map<String, String> row = new LinkedHashMap<>();
        List<String> last = rows.get(rows.size() - 1);
        for (int i = 0; i < rows.get(0).size(); i++) {
            row.put(rows.get(0).get(i), i < last.size() ? last.get(i) : "");
        }
        List<String> wrong = new ArrayList<>();
        for (String column : wanted.keys()) {
            String actual = row.getOrDefault(column, "(no such column)");
            String value = wanted.get(column).isString()
                    ? wanted.get(column).text("")
                    : wanted.get(column).toJson();
            if (starts ? !actual.startsWith(value) : !wildcards.matches(value, actual)) {
                wrong.add("expected " + column + (starts ? " to start with [" : " [") + value + "], was ["
                        + shown(actual) + "]");
            }
        }
        return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong));
    }

    private Optional<String> last(List<String> lines, String wanted) {
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1).replaceAll("\r$", "");
        return wildcards.matches(wanted, last)
                ? Optional.empty()
                : Optional.of("expected line [" + wanted + "], was [" + shown(last) + "]");
    }

    private Optional<String> lines(Document wanted) {
        List<String> lines = lines();
        if (!wanted.isArray()) {
            return number("lines", wanted, lines.size());
        } else if (wanted.size() != lines.size()) {
            return number("lines", Document.of(wanted.size()), lines.size());
        }
        for (int i = 0; i < lines.size(); i++) {
            Optional<String> difference =
                    last(List.of(lines.get(i)), wanted.get(i).text(""));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> longest(Document wanted) {
        int longest = lines().stream().mapToInt(String::length).max().orElse(0);
        if (longest == 0) {
            return Optional.of("expected a line in the log, there is none");
        }
        return longest <= wanted.asLong(0)
                ? Optional.empty()
                : Optional.of(
                        "expected lines of at most [" + wanted.toJson() + "] characters, one has [" + longest + "]");
    }

    private Optional<String> number(String field, Document wanted, int actual) {
        return wanted.asLong(-1) == actual
                ? Optional.empty()
                : Optional.of("expected " + field + " [" + wanted.toJson() + "], was [" + actual + "]: " + shown(log));
    }

    private static String shown(String text) {
        String visible = text.replace("\n", "\\n").replace("\r", "\\r");
        return visible.length() <= MAX_SHOWN ? visible : visible.substring(0, MAX_SHOWN) + "…";
    }
}
