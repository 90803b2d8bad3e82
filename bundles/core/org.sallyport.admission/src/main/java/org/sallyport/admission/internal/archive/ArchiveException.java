package org.sallyport.admission.internal.archive;

/** An archive that is refused. The message is one sentence part such as "its entry [x] is there twice". */
public final class ArchiveException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String gate;

    /**
     * @param gate the gate that refuses: {@code archive}, {@code manifest} or {@code code}
     * @param message what is wrong
     */
    public ArchiveException(String gate, String message) {
        super(message);
        this.gate = gate;
    }

    static ArchiveException archive(String message) {
        return new ArchiveException("archive", message);
    }

    static ArchiveException manifest(String message) {
        return new ArchiveException("manifest", message);
    }

    /** The gate that refuses. */
    public String gate() {
        return gate;
    }
}
