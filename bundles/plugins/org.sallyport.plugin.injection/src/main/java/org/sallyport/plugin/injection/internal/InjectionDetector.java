package org.sallyport.plugin.injection.internal;

import java.util.Set;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;

/**
 * Finds phrases and marks. A text that is too short for a phrase is searched for marks alone, without being read as
 * words.
 */
final class InjectionDetector implements Detector {
    /** {@code <sys>}, and in the strict mode {@code <ai>}. */
    private static final int SHORTEST_MARK = 5;

    private final Phrases phrases;
    private final boolean delimiters;
    private final boolean strict;

    InjectionDetector(Set<Method> methods, Sensitivity sensitivity) {
        phrases = new Phrases(methods, sensitivity);
        delimiters = methods.contains(Method.DELIMITER_INJECTION);
        strict = sensitivity == Sensitivity.STRICT;
    }

    @Override
    public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
        if (opaque) {
            // Base64 is no language; what it encodes is looked at elsewhere.
            return;
        }
        if (to - from >= phrases.shortest()) {
            new Reading(phrases, delimiters, strict, text, from, to, hits).run();
        } else if (delimiters) {
            marks(text, from, to, hits);
        }
    }

    private void marks(CharSequence text, int from, int to, Hits hits) {
        DelimiterRule marks = null;
        for (int i = DelimiterRule.STARTS.next(text, from, to);
                i < to;
                i = DelimiterRule.STARTS.next(text, i + 1, to)) {
            marks = marks == null ? new DelimiterRule(strict, text, from, to, hits) : marks;
            marks.at(i);
        }
    }

    @Override
    public int shortest() {
        return Math.min(strict ? SHORTEST_MARK - 1 : SHORTEST_MARK, phrases.shortest());
    }

    @Override
    public String type(int type) {
        return Method.values()[type].key();
    }

    @Override
    public int types() {
        return Method.values().length;
    }

    @Override
    public String placeholder(int type) {
        return "[INJECTION REDACTED by Sallyport]";
    }
}
