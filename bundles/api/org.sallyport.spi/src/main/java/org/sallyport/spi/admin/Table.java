package org.sallyport.spi.admin;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Rows of the same members as aligned columns under a line of headings; numbers stand to the right. */
final class Table {
    private static final String GAP = "  ";

    private Table() {}

    static String of(List<? extends Map<?, ?>> rows) {
        Set<Object> keys = new LinkedHashSet<>();
        List<? extends Map<?, ?>> shown = rows.subList(0, Math.min(rows.size(), Rendering.MAX_ROWS));
        shown.forEach(row -> keys.addAll(row.keySet()));
        List<StringBuilder> lines = new ArrayList<>();
        for (int i = 0; i <= shown.size(); i++) {
            lines.add(new StringBuilder());
        }
        boolean first = true;
        for (Object key : keys) {
            column(key, first, shown, lines);
            first = false;
        }
        if (rows.size() > shown.size()) {
            lines.add(new StringBuilder("and [" + (rows.size() - shown.size()) + "] more"));
        }
        return String.join(
                "\n",
                lines.stream().map(line -> line.toString().stripTrailing()).toList());
    }

    private static void column(Object key, boolean first, List<? extends Map<?, ?>> rows, List<StringBuilder> lines) {
        boolean numbers = rows.stream().allMatch(row -> row.get(key) instanceof Number);
        List<String> cells = new ArrayList<>();
        cells.add(heading(String.valueOf(key)));
        rows.forEach(row -> cells.add(cut(Rendering.cell(row.get(key)))));
        int width = cells.stream().mapToInt(Table::width).max().orElse(0);
        for (int i = 0; i < cells.size(); i++) {
            StringBuilder line = lines.get(i);
            line.append(first ? "" : GAP);
            String space = " ".repeat(width - width(cells.get(i)));
            line.append(numbers ? space + cells.get(i) : cells.get(i) + space);
        }
    }

    /** {@code lastError} becomes {@code LAST ERROR}. */
    private static String heading(String name) {
        return cut(Rendering.clean(name, false).replaceAll("(?<=[a-z0-9])(?=[A-Z])", " "))
                .toUpperCase(Locale.ROOT);
    }

    private static String cut(String cell) {
        return cell.codePointCount(0, cell.length()) <= Rendering.MAX_CELL
                ? cell
                : cell.substring(0, cell.offsetByCodePoints(0, Rendering.MAX_CELL - 1)) + "…";
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
