package org.sallyport.plugin.pii.internal;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;
import org.sallyport.plugin.scan.RandomTexts;

@DisplayName("The short cuts of the scan for personal data")
class PiiShortCutsTest {
    private static final List<String> VOCABULARY = List.of(
            "1",
            "12",
            "123",
            "1234",
            "555-123-4567",
            "(555) 123-4567",
            "+1",
            "+44 20 7946 0958",
            "5551234567",
            "15551234567",
            "phone",
            "tel:",
            "call",
            "ssn",
            "123-45-6789",
            "046 454 286",
            "046-454-286",
            "AB123456C",
            "AB 12 34 56 C",
            "QQ",
            "4111 1111 1111 1111",
            "4111111111111111",
            "378282246310005",
            "3782-822463-10005",
            "10.0.0.1",
            "1.2.3.4",
            "v1.2.3.4",
            "version",
            "127.0.0.1",
            "fe80::1",
            "::1:2",
            "1b2::",
            "2001:db8:0:0:0:0:0:1",
            ":",
            "::",
            "@",
            "a@b.com",
            "git@h.org:x",
            "a.b+c@d-e.co.uk",
            "icon@2x.png",
            "a%40b.com",
            "%3D",
            "%20",
            "\\n",
            "\\u003c",
            "-",
            ".",
            "(",
            ")",
            "\u2011",
            "\u00a0",
            "0",
            "00",
            "7",
            "A",
            "x",
            "C",
            "_",
            "12345678901234567890");

    @Test
    @DisplayName("find what a try of each rule at each number, at sign and colon finds")
    void alike() {
        RandomTexts.assertAlike(new PiiDetector(EnumSet.allOf(PiiType.class)), new EachRule(), VOCABULARY);
    }

    /** Asks each rule at each number, at sign and colon. */
    private static final class EachRule implements Detector {
        @Override
        public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
            int done = from;
            for (int i = from; i < to; ) {
                char c = text.charAt(i);
                int next = i + 1;
                int hit = -1;
                if (c == '@') {
                    hit = EmailRule.match(text, i, i + 1, done, to, hits);
                } else if (c == '%' && Chars.startsWith(text, i, to, "%40")) {
                    next = i + 3;
                    hit = EmailRule.match(text, i, next, done, to, hits);
                } else if (c == ':') {
                    hit = Ipv6Rule.match(text, i, from, to, hits);
                } else if (Chars.digit(c) && Chars.escapeEnd(text, i, from, to) > i) {
                    next = Chars.escapeEnd(text, i, from, to);
                } else if (Chars.digit(c)) {
                    DigitGroups groups = new DigitGroups();
                    groups.read(text, i, from, to);
                    next = groups.end(0);
                    hit = NumberRules.match(NumberRules.ALL, groups, name, hits);
                }
                done = Math.max(done, hit);
                i = Math.max(next, hit);
            }
        }

        @Override
        public int shortest() {
            return 2;
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
            return "";
        }
    }
}
