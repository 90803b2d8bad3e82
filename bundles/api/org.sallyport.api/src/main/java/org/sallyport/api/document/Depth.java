package org.sallyport.api.document;

/** Counts levels of objects and arrays, and refuses more than {@link Document#MAX_DEPTH}. */
final class Depth {
    private Depth() {}

    /** Levels of something that holds these. */
    static int above(Document[] children) {
        int deepest = 0;
        for (Document child : children) {
            deepest = Math.max(deepest, child.depth());
        }
        if (deepest >= Document.MAX_DEPTH) {
            throw exceeded();
        }
        return deepest + 1;
    }

    static IllegalArgumentException exceeded() {
        return new IllegalArgumentException(
                "A document may be at most [" + Document.MAX_DEPTH + "] levels deep; flatten it");
    }
}
