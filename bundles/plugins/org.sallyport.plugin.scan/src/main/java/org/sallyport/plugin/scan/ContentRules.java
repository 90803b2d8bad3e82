package org.sallyport.plugin.scan;

import org.sallyport.api.document.Document;

/**
 * What a content filter looks for and does about it.
 *
 * @param detector finds things
 * @param action what follows
 * @param maxText longest single text in characters; a message may have any number of them
 * @param encodedFrom shortest run of base64 symbols that is decoded and scanned; 0 for none
 * @param noun what the findings are called in reasons
 * @param code reason code of findings
 * @param encodedCode reason code of findings that were all encoded
 */
public record ContentRules(
        Detector detector, Action action, int maxText, int encodedFrom, String noun, String code, String encodedCode) {
    /** Reason code of a message that holds a longer text than is scanned. */
    public static final String TOO_LARGE = "content_size_exceeded";

    /** Names of the detected types, in alphabetical order. */
    Document names(int bits) {
        return Document.array(java.util.stream.IntStream.range(0, detector.types())
                .filter(type -> (bits & 1 << type) != 0)
                .mapToObj(detector::type)
                .sorted()
                .map(Document::of)
                .toList());
    }
}
