package org.sallyport.spi.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads JSON text (RFC 8259). Duplicate names, more than {@link Document#MAX_DEPTH} levels, numbers of more than
 * {@value #MAX_NUMBER} characters, names of more than {@value #MAX_NAME} characters, text after the value, and bytes
 * that are no UTF-8 are refused. How much text is read at all is up to the caller. Thread-safe.
 *
 * <p>An escape of a surrogate without its partner, such as {@code "&#92;ud83d"}, is read as that character, in names as in
 * values: RFC 8259 section 8.2 allows it, JavaScript writes it where it cut a text in the middle of a pair, and
 * {@link Document#toJson()} writes it again. So whatever a document holds comes back from its text.
 */
public final class Json {
    /** Most characters of a number. */
    public static final int MAX_NUMBER = 1_000;

    private static final int MAX_EXPONENT_DIGITS = 5;

    /** Most characters of a member name. */
    public static final int MAX_NAME = 64 * 1024;

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(Document.MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER)
            .maxNameLength(MAX_NAME)
            .maxStringLength(Integer.MAX_VALUE)
            .maxDocumentLength(-1)
            .build();

    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Names come from strangers: interned ones would be a memory leak they control. The parser's own table of
            // names is bounded.
            .disable(tools.jackson.core.TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private static final JsonFactory WITH_COMMENTS = STRICT.rebuild()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private Json() {}

    /**
     * Reads one value.
     *
     * @param utf8 the whole text
     * @throws JsonException if it is not JSON, or beyond the limits
     */
    public static Document read(byte[] utf8) throws JsonException {
        return read(utf8, 0, utf8.length);
    }

    /** Reads one value from a part of an array. */
    public static Document read(byte[] utf8, int offset, int length) throws JsonException {
        int invalid = Utf8.firstInvalid(utf8, offset, length);
        if (invalid >= 0) {
            throw refused(new IllegalArgumentException("The text is not UTF-8 at byte " + (invalid - offset)));
        }
        int mark = Utf8.byteOrderMark(utf8, offset, length);
        return length > LongStrings.LONG
                ? readLong(utf8, offset + mark, length - mark)
                : read(new String(utf8, offset + mark, length - mark, StandardCharsets.UTF_8));
    }

    /** The same, but neither the text nor a long string of it is in memory more than once beside the outcome. */
    private static Document readLong(byte[] utf8, int offset, int length) throws JsonException {
        try {
            LongStrings strings = LongStrings.in(utf8, offset, length);
            try (JsonParser parser = STRICT.createParser(ObjectReadContext.empty(), strings.rest(offset, length))) {
                return whole(parser, strings, null);
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw refused(e);
        }
    }

    /** Reads one value from text. */
    public static Document read(String text) throws JsonException {
        // Characters, not bytes: the parser of bytes takes UTF-16 and UTF-32 too, and refuses in names the surrogates
        // without a partner that it takes in values.
        try (JsonParser parser = STRICT.createParser(ObjectReadContext.empty(), text)) {
            return whole(parser, LongStrings.NONE, null);
        } catch (JacksonException | IllegalArgumentException e) {
            throw refused(e);
        }
    }

    /**
     * Reads a configuration text: comments ({@code //} and block) and trailing commas are allowed, and each value's
     * place is kept.
     */
    public static Located readWithComments(String text) throws JsonException {
        Map<String, Place> places = new HashMap<>();
        try (JsonParser parser = WITH_COMMENTS.createParser(ObjectReadContext.empty(), text)) {
            return new Located(whole(parser, LongStrings.NONE, places), Map.copyOf(places));
        } catch (JacksonException | IllegalArgumentException e) {
            throw refused(e);
        }
    }

    /**
     * A place in a text.
     *
     * @param line from 1
     * @param column from 1
     */
    public record Place(int line, int column) {}

    /**
     * A document and where its values stand.
     *
     * @param document what was read
     * @param places by JSON Pointer (RFC 6901); of a member the place of its name
     */
    public record Located(Document document, Map<String, Place> places) {
        /** The place of a pointer, or of the nearest value around it. */
        public Place place(String pointer) {
            for (String at = pointer; ; at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
                Place place = places.get(at);
                if (place != null) {
                    return place;
                } else if (at.isEmpty()) {
                    return new Place(1, 1);
                }
            }
        }
    }

    private static Document whole(JsonParser parser, LongStrings strings, @Nullable Map<String, Place> places) {
        if (parser.nextToken() == null) {
            throw new IllegalArgumentException("The text is empty; a JSON value was expected");
        }
        if (places != null) {
            places.put("", place(parser.currentTokenLocation()));
        }
        Document value = value(parser, strings, places, "");
        if (parser.nextToken() != null) {
            TokenStreamLocation at = parser.currentTokenLocation();
            throw new IllegalArgumentException("There is more text after the end of the value, at line "
                    + at.getLineNr() + ", column " + at.getColumnNr());
        }
        return value;
    }

    private static Document value(
            JsonParser parser, LongStrings strings, @Nullable Map<String, Place> places, String pointer) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, strings, places, pointer);
            case START_ARRAY -> array(parser, strings, places, pointer);
            case VALUE_STRING -> {
                String text = parser.getString();
                yield Document.of(text.isEmpty() ? strings.next() : text);
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Document.number(inRange(parser.getString()));
            case VALUE_TRUE -> Document.TRUE;
            case VALUE_FALSE -> Document.FALSE;
            case VALUE_NULL -> Document.NULL;
            default -> throw new IllegalArgumentException("Unexpected " + token);
        };
    }

    /** An exponent of ten digits has no use but to make arithmetic expensive. */
    private static String inRange(String number) {
        int e = Math.max(number.indexOf('e'), number.indexOf('E'));
        if (e >= 0) {
            boolean signed = number.charAt(e + 1) == '-' || number.charAt(e + 1) == '+';
            if (number.length() - e - (signed ? 2 : 1) > MAX_EXPONENT_DIGITS) {
                throw new IllegalArgumentException("The number [" + number + "] has an exponent of more than ["
                        + MAX_EXPONENT_DIGITS + "] digits");
            }
        }
        return number;
    }

    private static Document object(
            JsonParser parser, LongStrings strings, @Nullable Map<String, Place> places, String pointer) {
        Map<String, Document> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (name.isEmpty() && !strings.next().isEmpty()) {
                throw new IllegalArgumentException("A name has more than [" + MAX_NAME + "] characters");
            }
            String here = pointer;
            if (places != null) {
                here = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
                places.put(here, place(parser.currentTokenLocation()));
            }
            parser.nextToken();
            members.put(name, value(parser, strings, places, here));
        }
        return Document.object(members);
    }

    private static Document array(
            JsonParser parser, LongStrings strings, @Nullable Map<String, Place> places, String pointer) {
        List<Document> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String here = pointer;
            if (places != null) {
                here = pointer + "/" + elements.size();
                places.put(here, place(parser.currentTokenLocation()));
            }
            elements.add(value(parser, strings, places, here));
        }
        return Document.array(elements);
    }

    private static Place place(TokenStreamLocation at) {
        return new Place(at.getLineNr(), at.getColumnNr());
    }

    private static JsonException refused(Exception e) {
        if (e instanceof JacksonException jackson) {
            TokenStreamLocation at = jackson.getLocation();
            Place place = at == null ? new Place(1, 1) : place(at);
            return new JsonException(jackson.getOriginalMessage(), place, e);
        }
        return new JsonException(String.valueOf(e.getMessage()), new Place(1, 1), e);
    }
}
