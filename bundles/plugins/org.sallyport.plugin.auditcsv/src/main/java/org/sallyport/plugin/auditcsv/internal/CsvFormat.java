package org.sallyport.plugin.auditcsv.internal;

import java.util.Locale;
import java.util.Set;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.plugin.auditfile.Printable;

/**
 * How cells are written: as RFC 4180 says, unless set otherwise.
 *
 * @param delimiter between cells
 * @param quote around a cell
 * @param style which cells are quoted
 * @param escape with {@link Style#NONE} before what would need a quote
 * @param nullValue for a cell without a value
 */
record CsvFormat(char delimiter, char quote, Style style, char escape, String nullValue) {
    private static final Set<String> DELIMITERS = Set.of(",", "\t", ";", "|");

    /** What makes a spreadsheet take a cell for a formula; the wide forms count for some of them. */
    private static final String FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    /** Which cells are quoted. */
    enum Style {
        MINIMAL,
        ALL,
        NONNUMERIC,
        NONE
    }

    static CsvFormat of(Document config) {
        String delimiter = config.get("delimiter").text(",");
        if (!DELIMITERS.contains(delimiter)) {
            throw new SettingsException(
                    "/csv_config/delimiter",
                    "[" + Printable.oneLine(delimiter) + "] is no delimiter: use a comma, tab, semicolon or bar");
        }
        char quote = single(config, "quote_char", "\"");
        char escape = single(config, "escape_char", "\\");
        if (quote == delimiter.charAt(0) || escape == delimiter.charAt(0)) {
            throw new SettingsException(
                    quote == delimiter.charAt(0) ? "/csv_config/quote_char" : "/csv_config/escape_char",
                    "[" + Printable.oneLine(delimiter) + "] is the delimiter already: use another character");
        }
        String nullValue = config.get("null_value").text("");
        if (!Printable.oneLine(nullValue).equals(nullValue)) {
            throw new SettingsException(
                    "/csv_config/null_value",
                    "[" + Printable.oneLine(nullValue) + "] has line breaks or control characters: use plain text");
        }
        return new CsvFormat(delimiter.charAt(0), quote, style(config), escape, nullValue);
    }

    private static Style style(Document config) {
        String name = config.get("quote_style").text("minimal");
        try {
            return Style.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new SettingsException(
                    "/csv_config/quote_style",
                    "[" + Printable.oneLine(name) + "] is no quote style: use minimal, all, nonnumeric or none");
        }
    }

    private static char single(Document config, String key, String otherwise) {
        String text = config.get(key).text(otherwise);
        if (text.length() != 1
                || Character.isLetterOrDigit(text.charAt(0))
                || !Printable.oneLine(text).equals(text)) {
            throw new SettingsException(
                    "/csv_config/" + key,
                    "[" + Printable.oneLine(text) + "] is not possible: use one character that is no letter, digit or"
                            + " control character");
        }
        return text.charAt(0);
    }

    /** A cell of text from anywhere: on one line, and no formula. */
    String text(String value) {
        String line = Printable.reversible(value);
        boolean formula = !value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0;
        return cell(formula ? "'" + line : line, false);
    }

    /** A cell with a number as JSON writes it. */
    String number(String value) {
        return cell(value, true);
    }

    /** A cell without a value. */
    String none() {
        return cell(nullValue, false);
    }

    private String cell(String value, boolean numeric) {
        return switch (style) {
            case ALL -> quoted(value);
            case NONNUMERIC -> numeric ? value : quoted(value);
            case MINIMAL -> needsQuotes(value) ? quoted(value) : value;
            case NONE -> escaped(value);
        };
    }

    private boolean needsQuotes(String value) {
        return value.indexOf(delimiter) >= 0
                || value.indexOf(quote) >= 0
                || value.startsWith(" ")
                || value.endsWith(" ");
    }

    private String quoted(String value) {
        String mark = String.valueOf(quote);
        return mark + value.replace(mark, mark + mark) + mark;
    }

    private String escaped(String value) {
        StringBuilder out = new StringBuilder(value.length() + 8);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == delimiter || c == quote || c == escape) {
                out.append(escape);
            }
            out.append(c);
        }
        return out.toString();
    }
}
