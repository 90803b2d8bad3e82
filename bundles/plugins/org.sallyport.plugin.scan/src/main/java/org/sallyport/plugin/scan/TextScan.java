package org.sallyport.plugin.scan;

import org.jspecify.annotations.Nullable;

/** Looks at one text, leaving out the payloads of {@code data:} URLs. */
final class TextScan {
    private TextScan() {}

    /** Adds what the text itself holds. */
    static void plain(Detector detector, String text, String name, boolean opaque, Hits hits) {
        int from = 0;
        int payload = DataUrls.nextPayload(text, 0);
        while (payload >= 0) {
            detector.scan(text, from, payload, name, opaque, hits);
            from = DataUrls.payloadEnd(text, payload);
            payload = DataUrls.nextPayload(text, from);
        }
        detector.scan(text, from, text.length(), name, opaque, hits);
    }

    /** Adds the runs of base64 that hide something, with the types of what they hide. */
    static void encoded(ContentRules rules, String text, String name, boolean opaque, Hits hits) {
        int payload = DataUrls.nextPayload(text, 0);
        int run = Base64Text.nextRun(text, 0, text.length(), rules.encodedFrom());
        Hits inside = null;
        while (run >= 0) {
            int end = Base64Text.runEnd(text, run, text.length());
            while (payload >= 0 && payload < run) {
                payload = DataUrls.nextPayload(text, DataUrls.payloadEnd(text, payload));
            }
            if (run != payload) {
                inside = run(rules.detector(), text, run, end, name, hits, inside);
            }
            run = Base64Text.nextRun(text, end, text.length(), rules.encodedFrom());
        }
    }

    private static @Nullable Hits run(
            Detector detector, String text, int start, int end, String name, Hits hits, @Nullable Hits reused) {
        String decoded = Base64Text.decode(text, start, end);
        if (decoded == null) {
            return reused;
        }
        Hits inside = reused == null ? new Hits() : reused;
        inside.clear();
        detector.scan(decoded, 0, decoded.length(), name, false, inside);
        int bits = inside.typeBits();
        for (int type = 0; bits != 0; type++, bits >>>= 1) {
            if ((bits & 1) != 0) {
                hits.add(start, end, type);
            }
        }
        return inside;
    }
}
