package org.sallyport.plugin.pii.internal;

import java.util.Set;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;
import org.sallyport.plugin.scan.Triggers;

/**
 * One pass over the text that stops only at the characters which every kind of personal data holds: a digit, an at
 * sign or its escape, a colon. What stands around them is then looked at closely, a bounded stretch each time.
 */
final class PiiDetector implements Detector {
    /** A compressed IPv6 address such as {@code ::1:2}. */
    private static final int SHORTEST = 5;

    private static final Triggers TRIGGERS = Triggers.of("@%:0123456789");

    private final boolean emails;
    private final boolean addresses;
    private final NumberRules rules;

    PiiDetector(Set<PiiType> types) {
        emails = types.contains(PiiType.EMAIL);
        addresses = types.contains(PiiType.IP_ADDRESS);
        rules = new NumberRules(types);
    }

    @Override
    public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
        DigitGroups groups = null;
        int done = from;
        for (int i = TRIGGERS.next(text, from, to); i < to; ) {
            int end = -1;
            int next = i + 1;
            switch (text.charAt(i)) {
                case '@' -> end = emails ? EmailRule.match(text, i, i + 1, done, to, hits) : -1;
                case '%' -> {
                    if (Chars.startsWith(text, i, to, EmailRule.ENCODED_SIGN)) {
                        next = i + EmailRule.ENCODED_SIGN.length();
                        end = emails ? EmailRule.match(text, i, next, done, to, hits) : -1;
                    }
                }
                case ':' -> end = addresses ? Ipv6Rule.match(text, i, from, to, hits) : -1;
                default -> {
                    char before = i > from ? text.charAt(i - 1) : 0;
                    next = before == '%' || Chars.letter(before) ? Chars.escapeEnd(text, i, from, to) : i;
                    if (next == i) {
                        groups = groups == null ? new DigitGroups() : groups;
                        groups.read(text, i, from, to);
                        next = groups.end(0);
                        end = rules.match(groups, name, hits);
                    }
                }
            }
            done = Math.max(done, end);
            i = TRIGGERS.next(text, Math.max(next, end), to);
        }
    }

    @Override
    public int shortest() {
        return SHORTEST;
    }

    @Override
    public String type(int type) {
        return PiiType.values()[type].name();
    }

    @Override
    public int types() {
        return PiiType.values().length;
    }

    @Override
    public String placeholder(int type) {
        return "[" + type(type) + " REDACTED by Sallyport]";
    }
}
