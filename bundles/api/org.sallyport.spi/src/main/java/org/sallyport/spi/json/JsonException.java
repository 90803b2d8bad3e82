package org.sallyport.spi.json;

/** A text that is not JSON, or beyond what is read. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Json.Place place;

    JsonException(String message, Json.Place place, Throwable cause) {
        super(message, cause);
        this.place = place;
    }

    /** Where. */
    public Json.Place place() {
        return place;
    }
}
