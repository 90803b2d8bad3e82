package org.sallyport.plugin.pii.internal;

import static org.sallyport.plugin.scan.Chars.digit;

import java.util.EnumSet;
import java.util.Set;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;

/**
 * One pass over the text that stops only at the characters which every kind of personal data holds: a digit, an at
 * sign, a colon. What stands around them is then looked at closely, a bounded stretch each time.
 */
final class PiiDetector implements Detector {
    private static final byte AT = 1;
    private static final byte COLON = 2;
    private static final byte DIGIT = 3;
    private static final byte[] TRIGGERS = new byte[128];

    static {
        TRIGGERS['@'] = AT;
        TRIGGERS[':'] = COLON;
        for (char c = '0'; c <= '9'; c++) {
            TRIGGERS[c] = DIGIT;
        }
    }

    private final boolean emails;
    private final boolean addresses;
    private final boolean numbers;
    private final NumberRules rules;

    PiiDetector(Set<PiiType> types) {
        emails = types.contains(PiiType.EMAIL);
        addresses = types.contains(PiiType.IP_ADDRESS);
        Set<PiiType> numeric = types.isEmpty() ? EnumSet.noneOf(PiiType.class) : EnumSet.copyOf(types);
        numeric.remove(PiiType.EMAIL);
        numbers = !numeric.isEmpty();
        rules = new NumberRules(numeric);
    }

    @Override
    public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
        DigitGroups groups = null;
        int done = from;
        for (int i = from; i < to; ) {
            char c = text.charAt(i);
            byte trigger = c < 128 ? TRIGGERS[c] : 0;
            if (trigger == 0) {
                i++;
                continue;
            }
            int end = -1;
            int next = i + 1;
            if (trigger == DIGIT) {
                if (numbers) {
                    groups = groups == null ? new DigitGroups() : groups;
                    groups.read(text, i, from, to);
                    next = groups.end(0);
                    end = rules.match(groups, name, hits);
                } else {
                    next = endOfDigits(text, i, to);
                }
            } else if (trigger == AT) {
                end = emails ? EmailRule.match(text, i, done, to, hits) : -1;
            } else {
                end = addresses ? Ipv6Rule.match(text, i, from, to, hits) : -1;
            }
            done = Math.max(done, end);
            i = Math.max(next, end);
        }
    }

    private static int endOfDigits(CharSequence text, int start, int to) {
        int i = start + 1;
        while (i < to && digit(text.charAt(i))) {
            i++;
        }
        return i;
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
