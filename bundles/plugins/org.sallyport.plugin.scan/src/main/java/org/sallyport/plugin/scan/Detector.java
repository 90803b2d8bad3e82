package org.sallyport.plugin.scan;

/** Finds things in text. Immutable and thread-safe; linear in the text for every text. */
public interface Detector {
    /**
     * Adds what it finds between {@code from} and {@code to} to {@code hits}. What lies outside is not read and counts
     * as a boundary.
     *
     * @param name the member name under which the text stands, for detectors that need context; empty if there is none
     * @param opaque whether the text is known to be an encoded binary (an image, say), in which randomness proves
     *     nothing
     */
    void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits);

    /** Fewest characters in which anything can be found; shorter texts are not scanned. At least 2. */
    int shortest();

    /** Name of a type of hit, as reports show it. */
    String type(int type);

    /** How many types there are; at most {@value Hits#MAX_TYPES}. */
    int types();

    /** What a redaction puts in place of a hit of that type. */
    String placeholder(int type);
}
