package org.sallyport.plugin.interceptor.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads what a server says. Strict, and bounded in depth; stateless. */
final class JsonReader {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonReader() {}

    /** @throws PluginException with the code {@code invalid_answer} if it is not one JSON value */
    static Document read(byte[] utf8, int from, int length) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8, from, length)) {
            JsonToken first = parser.nextToken();
            if (first != null) {
                Document value = value(parser, first, 0);
                if (parser.nextToken() == null) {
                    return value;
                }
            }
        } catch (JacksonException e) {
            // Without its message: it may quote what the server said.
            throw invalid();
        }
        throw invalid();
    }

    private static PluginException invalid() {
        return new PluginException("invalid_answer", "The interceptor server's answer is no JSON");
    }

    private static Document value(JsonParser parser, JsonToken token, int depth) {
        if (depth >= Document.MAX_DEPTH) {
            throw new PluginException(
                    "invalid_answer",
                    "The interceptor server's answer is nested deeper than [" + Document.MAX_DEPTH + "] levels");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> array(parser, depth);
            case VALUE_STRING -> Document.of(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Document.number(parser.getString());
            case VALUE_TRUE -> Document.TRUE;
            case VALUE_FALSE -> Document.FALSE;
            case VALUE_NULL -> Document.NULL;
            default -> throw invalid();
        };
    }

    private static Document object(JsonParser parser, int depth) {
        Map<String, Document> members = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = parser.currentName();
            if (members.put(name, value(parser, parser.nextToken(), depth + 1)) != null) {
                // Two readers would take it for two different things.
                throw new PluginException("invalid_answer", "The interceptor server's answer has a name twice");
            }
        }
        return Document.object(members);
    }

    private static Document array(JsonParser parser, int depth) {
        List<Document> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(value(parser, token, depth + 1));
        }
        return Document.array(elements);
    }
}
