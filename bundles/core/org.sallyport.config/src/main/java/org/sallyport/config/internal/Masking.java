package org.sallyport.config.internal;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;

/**
 * Hides what may be secret before people see a configuration: values of names that sound like a secret, and in lists of
 * {@code NAME=value} or {@code Name: value} all values. Rather too much than too little.
 */
final class Masking {
    private static final String MASK = "***";
    private static final Pattern SECRET =
            Pattern.compile("pass(word|phrase)?|secret|token|credential|authorization|api.?key|private.?key");
    private static final Pattern PAIR = Pattern.compile("^([A-Za-z_][A-Za-z0-9_-]{0,100})(=|: ?).*", Pattern.DOTALL);

    private Masking() {}

    static Document masked(Document value) {
        if (value.isArray()) {
            return Document.array(value.values().stream().map(Masking::element).toList());
        } else if (!value.isObject()) {
            return value;
        }
        Map<String, Document> members = new LinkedHashMap<>();
        value.members().forEach((name, member) -> {
            boolean secret = SECRET.matcher(name.toLowerCase(Locale.ROOT)).find();
            members.put(name, secret && member.isString() ? Document.of(MASK) : masked(member));
        });
        return Document.object(members);
    }

    private static Document element(Document element) {
        return element.text()
                .map(text -> {
                    var pair = PAIR.matcher(text);
                    return pair.matches() ? Document.of(pair.group(1) + pair.group(2) + MASK) : element;
                })
                .orElseGet(() -> masked(element));
    }
}
