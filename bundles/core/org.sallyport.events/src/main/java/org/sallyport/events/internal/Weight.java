package org.sallyport.events.internal;

import org.sallyport.api.document.Document;

/** How much a document holds, roughly: characters of text, and one for each value. Stops at a limit. */
final class Weight {
    private long left;

    private Weight(long limit) {
        left = limit;
    }

    /** Whether a document is heavier than the limit. Takes time in the order of the limit, however large it is. */
    static boolean exceeds(Document document, long limit) {
        Weight weight = new Weight(limit);
        weight.add(document);
        return weight.left < 0;
    }

    private void add(Document value) {
        left--;
        if (left < 0) {
            return;
        }
        switch (value.kind()) {
            case STRING -> left -= value.text("").length();
            case NUMBER -> left -= value.numberText().orElse("").length();
            default -> {
                for (String key : value.keys()) {
                    left -= key.length();
                }
                for (Document inner : value.values()) {
                    if (left < 0) {
                        return;
                    }
                    add(inner);
                }
            }
        }
    }
}
