package org.sallyport.plugin.pii.internal;

import java.util.Locale;
import org.sallyport.plugin.scan.Chars;

/** Whether the words just before a number, or the name of the member it stands in, say what it is. */
final class Context {
    /** How far back a word may stand, in characters. */
    private static final int REACH = 24;

    /** Longest member name that is looked at. */
    private static final int MAX_NAME = 64;

    private static final String[] PHONE = {
        "phone", "mobile", "cell", "fax", "call", "dial", "whatsapp", "sms", "tel:", "tel ", "tel.", "contact", "reach"
    };
    private static final String[] NATIONAL_ID = {"ssn", "sin:", "sin ", "social", "insurance", "national", "nino"};

    private Context() {}

    static boolean saysPhone(DigitGroups groups, String name) {
        return says(PHONE, groups, name) || name.equalsIgnoreCase("tel");
    }

    static boolean saysNationalId(DigitGroups groups, String name) {
        return says(NATIONAL_ID, groups, name) || name.equalsIgnoreCase("sin");
    }

    private static boolean says(String[] words, DigitGroups groups, String name) {
        String before = Chars.before(groups.text(), groups.start(0), groups.from(), REACH);
        String member = name.length() <= MAX_NAME ? name.toLowerCase(Locale.ROOT) : "";
        for (String word : words) {
            if (before.contains(word) || member.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
