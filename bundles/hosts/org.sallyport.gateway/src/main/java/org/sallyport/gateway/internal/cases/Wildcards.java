package org.sallyport.gateway.internal.cases;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;

/**
 * Compares values with expected ones. {@code {{EMAIL}}} and the like stand for the placeholder of that type,
 * {@code {{ms}}}, {@code {{iso8601}}} and {@code {{utc}}} for any text of that form, {@code {{tmp}}} for the case's
 * folder.
 */
final class Wildcards {
    private static final Pattern WILDCARD = Pattern.compile("\\{\\{([A-Za-z0-9_]+)}}");
    private static final Set<String> TYPES =
            Set.of("EMAIL", "PHONE", "CREDIT_CARD", "IP_ADDRESS", "NATIONAL_ID", "SECRET", "INJECTION");
    private static final Map<String, String> FORMS = Map.of(
            "ms", "[0-9]+(?:\\.[0-9]+)?(?: ?ms)?",
            "iso8601",
                    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})",
            "utc", "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?: ?UTC|Z|\\+00:00)?");

    private final String folder;

    Wildcards(String folder) {
        this.folder = folder;
    }

    /** Text of a configuration with the case's folder put in. */
    String inConfiguration(String text) {
        return text.replace("{{tmp}}", folder);
    }

    /** Whether a text is the expected one. */
    boolean matches(String expected, String actual) {
        if (expected.indexOf("{{") < 0) {
            return expected.equals(actual);
        }
        StringBuilder regex = new StringBuilder();
        Matcher found = WILDCARD.matcher(expected);
        int from = 0;
        while (found.find()) {
            regex.append(Pattern.quote(expected.substring(from, found.start())))
                    .append(form(found.group(1), found.group()));
            from = found.end();
        }
        regex.append(Pattern.quote(expected.substring(from)));
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(actual).matches();
    }

    private String form(String name, String literal) {
        if (TYPES.contains(name)) {
            return Pattern.quote("[" + name + " REDACTED by Sallyport]");
        } else if (name.equals("tmp")) {
            return Pattern.quote(folder);
        }
        return FORMS.getOrDefault(name, Pattern.quote(literal));
    }

    /** Whether a value is the expected one: members in any order, numbers by value. */
    boolean matches(Document expected, Document actual) {
        return matches(expected, actual, false);
    }

    /** Whether all members of the expected objects are there; there may be more. {@code null} stands for none too. */
    boolean contains(Document expected, Document actual) {
        return matches(expected, actual, true);
    }

    private boolean matches(Document expected, Document actual, boolean part) {
        return switch (expected.kind()) {
            case OBJECT -> objects(expected, actual, part);
            case ARRAY -> arrays(expected, actual, part);
            case STRING ->
                actual.isString()
                        ? matches(expected.text(""), actual.text(""))
                        : actual.numberText().isPresent()
                                && expected.text("").startsWith("{{")
                                && matches(expected.text(""), actual.toJson());
            case NUMBER ->
                actual.numberText().isPresent()
                        && new BigDecimal(expected.toJson()).compareTo(new BigDecimal(actual.toJson())) == 0;
            default -> expected.equals(actual);
        };
    }

    private boolean objects(Document expected, Document actual, boolean part) {
        Set<String> names = new HashSet<>(expected.keys());
        if (!actual.isObject() || !part && !names.equals(new HashSet<>(actual.keys()))) {
            return false;
        }
        return names.stream()
                .allMatch(name -> (part || actual.has(name)) && matches(expected.get(name), actual.get(name), part));
    }

    private boolean arrays(Document expected, Document actual, boolean part) {
        if (!actual.isArray() || expected.size() != actual.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!matches(expected.get(i), actual.get(i), part)) {
                return false;
            }
        }
        return true;
    }
}
