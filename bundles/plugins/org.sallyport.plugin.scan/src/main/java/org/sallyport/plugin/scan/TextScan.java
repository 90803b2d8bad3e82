package org.sallyport.plugin.scan;

/** Looks at one text after the other, leaving out the payloads of {@code data:} URLs. Used by one thread. */
final class TextScan {
    private final Detector detector;
    private final int encodedFrom;
    private final Text text = Text.take();
    private final Text decoded = new Text();
    private final Hits inside = new Hits();

    /** @param encodedFrom shortest run of base64 symbols that is decoded */
    TextScan(Detector detector, int encodedFrom) {
        this.detector = detector;
        this.encodedFrom = encodedFrom;
    }

    /** Adds what the text itself holds. */
    void plain(String string, String name, boolean opaque, Hits hits) {
        text.of(string);
        int from = 0;
        int payload = DataUrls.nextPayload(string, 0);
        while (payload >= 0) {
            detector.scan(text, from, payload, name, opaque, hits);
            from = DataUrls.payloadEnd(string, payload);
            payload = DataUrls.nextPayload(string, from);
        }
        detector.scan(text, from, string.length(), name, opaque, hits);
    }

    /** Ends the use of this; not called after a failure, which only costs an array. */
    void close() {
        text.giveBack();
    }

    /** Adds the runs of base64 that hide something, with the types of what they hide. */
    void encoded(String string, String name, Hits hits) {
        int run = Base64Text.nextRun(string, 0, string.length(), encodedFrom);
        if (run < 0) {
            return;
        }
        text.of(string);
        int payload = DataUrls.nextPayload(string, 0);
        while (run >= 0) {
            int end = Base64Text.runEnd(text, run, string.length());
            while (payload >= 0 && payload < run) {
                payload = DataUrls.nextPayload(string, DataUrls.payloadEnd(string, payload));
            }
            if (run != payload) {
                run(run, end, name, hits);
            }
            run = Base64Text.nextRun(text, end, string.length(), encodedFrom);
        }
    }

    private void run(int start, int end, String name, Hits hits) {
        String hidden = Base64Text.decode(text, start, end);
        if (hidden == null) {
            return;
        }
        inside.clear();
        detector.scan(decoded.of(hidden), 0, hidden.length(), name, false, inside);
        int bits = inside.typeBits();
        for (int type = 0; bits != 0; type++, bits >>>= 1) {
            if ((bits & 1) != 0) {
                hits.add(start, end, type);
            }
        }
    }
}
