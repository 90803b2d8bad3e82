package org.sallyport.plugin.pii.internal;

import java.util.Set;
import org.sallyport.plugin.scan.Hits;

/** Tries the kinds of number one after the other on the groups of digits at hand; each reads a bounded stretch. */
final class NumberRules {
    private final boolean cards;
    private final boolean addresses;
    private final boolean ids;
    private final boolean phones;

    NumberRules(Set<PiiType> types) {
        cards = types.contains(PiiType.CREDIT_CARD);
        addresses = types.contains(PiiType.IP_ADDRESS);
        ids = types.contains(PiiType.NATIONAL_ID);
        phones = types.contains(PiiType.PHONE);
    }

    /** The end of what was found at the first group, or -1. */
    int match(DigitGroups groups, String name, Hits hits) {
        int end = -1;
        if (cards) {
            end = CardRule.match(groups, hits);
        }
        if (end < 0 && addresses) {
            end = Ipv4Rule.match(groups, name, hits);
        }
        if (end < 0 && ids) {
            end = NationalIdRule.match(groups, name, hits);
        }
        if (end < 0 && phones) {
            end = PhoneRule.match(groups, name, hits);
        }
        return end;
    }
}
