package org.sallyport.it.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What came of each row, by tier and Java, as a table of Markdown. Written over an earlier one, it keeps the columns that are not its own. Not
 * thread-safe.
 */
final class AttackTable {
    private final String begin;
    private final String second;
    private final Function<Row, String> says;
    private final String java;
    private final Map<String, Map<String, String>> cells = new LinkedHashMap<>();

    /** @param java the feature release that the runs of this table are on */
    AttackTable(int java) {
        this("row", "expected", AttackTable::expected, java);
    }

    /**
     * Another one.
     *
     * @param first heads its first column, and tells it from the others in a file
     * @param second heads its second one, with what {@code says} of each row
     */
    AttackTable(String first, String second, Function<Row, String> says, int java) {
        this.begin = "| " + first + " |";
        this.second = second;
        this.says = says;
        this.java = Integer.toString(java);
    }

    void put(Row row, GuardedTier tier, String words) {
        put(row, tier.label() + " " + java, words);
    }

    void put(Row row, String column, String words) {
        cells.computeIfAbsent(row.id(), id -> new LinkedHashMap<>()).put(column, cell(words));
    }

    private static String cell(String words) {
        String line = words.replace("|", "/").replaceAll("\\s+", " ").strip();
        return line.length() > 160 ? line.substring(0, 160) + "…" : line;
    }

    /** Replaces the table in a file, and keeps what stands before and behind it. */
    void write(Path file) throws IOException {
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        Corpus.ROWS.forEach(row -> all.put(row.id(), new LinkedHashMap<>()));
        if (Files.exists(file)) {
            read(Files.readAllLines(file), before, after, all);
        }
        cells.forEach((row, byColumn) -> all.get(row).putAll(byColumn));
        TreeSet<String> columns = new TreeSet<>();
        all.values().forEach(byColumn -> columns.addAll(byColumn.keySet()));
        List<String> lines = new ArrayList<>(before);
        lines.add(begin + " " + second + " | " + String.join(" | ", columns) + " |");
        lines.add("| --- ".repeat(columns.size() + 2) + "|");
        for (Row row : Corpus.ROWS) {
            if (all.get(row.id()).isEmpty()) {
                continue;
            }
            List<String> line = new ArrayList<>(List.of(row.id(), says.apply(row)));
            columns.forEach(column -> line.add(all.get(row.id()).getOrDefault(column, "not run")));
            lines.add("| " + String.join(" | ", line) + " |");
        }
        lines.addAll(after);
        Files.write(file, lines);
    }

    static String expected(Row row) {
        return String.join(
                " or ", row.expected().stream().map(Enum::name).sorted().toList());
    }

    private void read(
            List<String> lines, List<String> before, List<String> after, Map<String, Map<String, String>> all) {
        List<String> columns = List.of();
        boolean within = false;
        boolean been = false;
        for (String line : lines) {
            if (line.startsWith(begin)) {
                columns = split(line);
                within = true;
                been = true;
            } else if (!line.startsWith("|") || !within) {
                within = false;
                (been ? after : before).add(line);
            } else {
                List<String> values = split(line);
                Map<String, String> row = all.get(values.get(0));
                for (int i = 2; row != null && i < columns.size(); i++) {
                    row.put(columns.get(i), values.get(i));
                }
            }
        }
    }

    private static List<String> split(String line) {
        List<String> parts = new ArrayList<>();
        for (String part : line.substring(1, line.length() - 1).split("\\|")) {
            parts.add(part.strip());
        }
        return parts;
    }
}
