package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.document.Document;

/**
 * Reads delimited text (RFC 4180, with the delimiter, quote and escape of a case's configuration). There is an escape where
 * nothing is quoted, and only there.
 */
final class Delimited {
    private static final char NONE = '\0';

    private final char delimiter;
    private final char quote;
    private final char escape;

    private Delimited(char delimiter, char quote, char escape) {
        this.delimiter = delimiter;
        this.quote = quote;
        this.escape = escape;
    }

    /** By the first plugin of the case that has a {@code csv_config}. */
    static Delimited of(Document plugins) {
        for (Document plugin : plugins.values()) {
            Document config = plugin.at("config", "csv_config");
            if (config.isObject()) {
                boolean quotes = !config.get("quote_style").text("").equals("none");
                return new Delimited(
                        first(config.get("delimiter"), ','),
                        quotes ? first(config.get("quote_char"), '"') : NONE,
                        quotes ? NONE : first(config.get("escape_char"), '\\'));
            }
        }
        return new Delimited(',', '"', NONE);
    }

    private static char first(Document text, char otherwise) {
        String given = text.text("");
        return given.isEmpty() ? otherwise : given.charAt(0);
    }

    List<List<String>> rows(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean more = i + 1 < text.length();
            if (c == escape && more) {
                field.append(text.charAt(++i));
            } else if (c == quote && quoted && more && text.charAt(i + 1) == quote) {
                field.append(quote);
                i++;
            } else if (c == quote && (quoted || field.length() == 0)) {
                quoted = !quoted;
            } else if (!quoted && c == delimiter) {
                row.add(field.toString());
                field.setLength(0);
            } else if (!quoted && (c == '\n' || c == '\r')) {
                if (c == '\r' && more && text.charAt(i + 1) == '\n') {
                    i++;
                }
                row.add(field.toString());
                field.setLength(0);
                rows.add(row);
                row = new ArrayList<>();
            } else {
                field.append(c);
            }
        }
        if (field.length() > 0 || !row.isEmpty()) {
            row.add(field.toString());
            rows.add(row);
        }
        return rows;
    }
}
