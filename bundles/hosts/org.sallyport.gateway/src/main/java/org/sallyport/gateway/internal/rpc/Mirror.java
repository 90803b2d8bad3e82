package org.sallyport.gateway.internal.rpc;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;

/**
 * The HTTP headers that repeat parts of a modern request, so that who routes it need not read it: its method, what it is
 * about, and those arguments of a tool whose schema says so ({@code x-mcp-header}). Learns such schemas from the lists of
 * tools that go by. Thread-safe.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports">Transports</a>
 */
public final class Mirror {
    /** Most tools whose schemas are remembered. */
    static final int MAX_TOOLS = 16_384;

    /** Deepest object in a tool's arguments that is looked into. */
    private static final int MAX_LEVELS = 16;

    private static final String METHOD = "mcp-method";
    private static final String NAME = "mcp-name";
    private static final String PARAM = "mcp-param-";
    private static final String DECLARES = "x-mcp-header";
    private static final String BEFORE = "=?base64?";
    private static final String AFTER = "?=";
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

    private final Map<String, List<Declared>> tools = new ConcurrentHashMap<>();

    private record Declared(String header, String[] path) {}

    /** Learns from an answer to {@code tools/list}. */
    public void learn(Document result) {
        for (Document tool : result.get("tools").isArray() ? result.get("tools").values() : List.<Document>of()) {
            String name = tool.get("name").text("");
            if (tools.size() < MAX_TOOLS || tools.containsKey(name)) {
                List<Declared> declared = new ArrayList<>();
                scan(tool.get("inputSchema"), new String[] {"params", "arguments"}, declared);
                tools.put(name, List.copyOf(declared));
            }
        }
    }

    /** Only what is reached by {@code properties} alone counts; a declaration elsewhere could mean anything. */
    private static void scan(Document schema, String[] path, List<Declared> found) {
        if (!schema.get("properties").isObject() || path.length > MAX_LEVELS) {
            return;
        }
        schema.get("properties").members().forEach((name, property) -> {
            String[] inner = java.util.Arrays.copyOf(path, path.length + 1);
            inner[path.length] = name;
            String header = property.get(DECLARES).text("");
            if (TOKEN.matcher(header).matches()) {
                found.add(new Declared(PARAM + header.toLowerCase(Locale.ROOT), inner));
            }
            scan(property, inner, found);
        });
    }

    /** Whether the tool of a call has been listed; true for what is no call of a tool. */
    public boolean knows(Frame request) {
        return !request.method().orElse("").equals("tools/call")
                || tools.containsKey(request.document().at("params", "name").text(""));
    }

    /** The headers of a request, names in lower case, values as they go over the wire. */
    public Map<String, String> headers(Frame request) {
        Map<String, String> headers = new LinkedHashMap<>();
        String method = request.method().orElse("");
        headers.put(METHOD, encode(method));
        subject(method, request.document()).ifPresent(name -> headers.put(NAME, encode(name)));
        for (Declared declared : declared(method, request.document())) {
            plain(request.document().at(declared.path()))
                    .ifPresent(text -> headers.put(declared.header(), encode(text)));
        }
        return headers;
    }

    /**
     * What is wrong with a request's headers; empty if nothing is.
     *
     * @param given the values of the header of that name
     */
    public Optional<String> problem(Frame request, Function<String, List<String>> given) {
        String method = request.method().orElse("");
        Document document = request.document();
        if (!agrees(given.apply(METHOD), Document.of(method))) {
            return Optional.of(wrong("Mcp-Method"));
        }
        Optional<String> subject = subject(method, document);
        if (subject.isPresent() && !agrees(given.apply(NAME), Document.of(subject.get()))) {
            return Optional.of(wrong("Mcp-Name"));
        }
        return declared(method, document).stream()
                .filter(declared -> !agrees(given.apply(declared.header()), document.at(declared.path())))
                .map(declared -> wrong("Mcp-Param-" + declared.header().substring(PARAM.length())))
                .findFirst();
    }

    private static String wrong(String header) {
        return "The header [" + header + "] does not repeat what the body says";
    }

    private List<Declared> declared(String method, Document document) {
        return method.equals("tools/call")
                ? tools.getOrDefault(document.at("params", "name").text(""), List.of())
                : List.of();
    }

    private static Optional<String> subject(String method, Document document) {
        return switch (method) {
            case "tools/call", "prompts/get" -> document.at("params", "name").text();
            case "resources/read" -> document.at("params", "uri").text();
            default -> Optional.empty();
        };
    }

    private static boolean agrees(List<String> given, Document value) {
        Optional<String> expected = plain(value);
        if (given.size() != 1 || expected.isEmpty()) {
            return given.isEmpty() && expected.isEmpty();
        }
        Optional<String> got = decode(given.get(0).strip());
        return got.equals(expected)
                || value.numberText().isPresent() && got.isPresent() && sameNumber(got.get(), expected.get());
    }

    private static boolean sameNumber(String one, String other) {
        try {
            return one.length() < 64 && new BigDecimal(one).compareTo(new BigDecimal(other)) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** A value as text; empty for what no header can repeat. */
    private static Optional<String> plain(Document value) {
        if (value.isString()) {
            return value.text();
        } else if (value.numberText().isPresent()) {
            return value.numberText();
        }
        return value.equals(Document.TRUE) || value.equals(Document.FALSE)
                ? Optional.of(value.toJson())
                : Optional.empty();
    }

    /** Text as a header's value: as it stands if it is visible ASCII, else in Base64 between marks. */
    static String encode(String text) {
        boolean plain = !text.isEmpty()
                && text.chars().allMatch(c -> c >= ' ' && c <= '~')
                && text.equals(text.strip())
                && !(text.startsWith(BEFORE) && text.endsWith(AFTER));
        return plain
                ? text
                : BEFORE + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + AFTER;
    }

    /** A header's value as text; empty if it is marked as Base64 and is none. */
    static Optional<String> decode(String value) {
        if (!value.startsWith(BEFORE) || !value.endsWith(AFTER) || value.length() < BEFORE.length() + AFTER.length()) {
            return Optional.of(value);
        }
        String inner = value.substring(BEFORE.length(), value.length() - AFTER.length());
        try {
            byte[] bytes = Base64.getDecoder().decode(inner);
            boolean whole = Base64.getEncoder().encodeToString(bytes).equals(inner);
            return whole
                    ? Optional.of(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString())
                    : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
