package org.sallyport.plugin.scan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.sallyport.api.document.Document;

/** Answers of tools by name: what they mostly are, and what somebody would send who wants the filters to be slow. */
final class Inputs {
    private static final String SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static final Map<String, IntFunction<Document>> INPUTS = new LinkedHashMap<>();

    static {
        text("prose", Prose::english);
        INPUTS.put("records", size -> structured(Listing.records(size)));
        text("records-text", size -> Listing.records(size).toJson().substring(0, size));
        text("log", Listing::log);
        text("source", Listing::source);
        text("foreign", Prose::foreign);
        // One address in 4,000 characters, so the message is written anew.
        text("addresses", size -> Prose.english(size).replaceAll("(?s)(.{4000})", "$1 ann@example.com "));
        repeated("quotes", "\"");
        repeated("apostrophes", "'");
        repeated("letter-apostrophe", "a'");
        repeated("backticks", "`");
        repeated("fences", "``` ");
        repeated("fence-role", "```system:");
        repeated("digits", "7");
        repeated("digit-space", "1 ");
        repeated("digit-dash", "1-");
        repeated("digit-dot", "1.");
        repeated("groups", "4111 ");
        repeated("phone", "555-012-");
        repeated("at", "@");
        repeated("a-at", "a@");
        repeated("a-at-b", "a@b.");
        repeated("colons", ":");
        repeated("hex-colon", "fe80:");
        repeated("dashes", "-");
        repeated("dash-space", "- ");
        repeated("begin", "-----BEGIN ");
        repeated("begin-key", "-----BEGIN PRIVATE KEY-----");
        repeated("sk", "sk-");
        repeated("sk-near", "sk-proj-aaaaaaaaaaaaaaaaaaa ");
        repeated("xoxb", "xoxb-");
        repeated("ghp", "ghp_");
        repeated("akia", "AKIA");
        repeated("akia-near", "AKIAABCDEFGHIJ23456 ");
        repeated("aiza", "AIza");
        repeated("eyj", "eyJ");
        repeated("eyj-dot", "eyJa.eyJb.");
        repeated("one-letter", "a");
        repeated("one-capital", "A");
        repeated("letter-space", "a ");
        repeated("spaces", " ");
        repeated("lines", "\n");
        repeated("escapes", "\\\"\t\u0001");
        repeated("invisible", "\u200b");
        repeated("letter-invisible", "a\u200b");
        repeated("look-alikes", "іgnоrе ");
        repeated("emoji", "\ud83d\ude00");
        repeated("lone-surrogates", "\ud83d");
        repeated("underscores", "_");
        repeated("angle", "<");
        repeated("tag", "<system ");
        repeated("tag-open", "<system>");
        repeated("brackets", "[INST");
        repeated("headings", "### ");
        repeated("equals", "===");
        repeated("ignore", "ignore ");
        repeated("ignore-all", "ignore all the ");
        repeated("ignore-previous", "ignore all previous ");
        repeated("act-as", "act as if you are ");
        repeated("you-now", "you are now ");
        repeated("forget", "forget everything that you were ");
        repeated("pretend", "pretend to be a new ");
        repeated("ignore-near", "ignore all the x prompt ");
        repeated("act-near", "act as if you are the x system root ");
        repeated("data-mark", ";base64,");
        repeated("data-url", "data:;base64,A ");
        text("base64", size -> base64(size, 0));
        text("base64-40", size -> base64(size, 40));
        text("base64-12", size -> base64(size, 12));
        text(
                "base64-text",
                size -> Base64.getEncoder()
                        .encodeToString(Prose.english(size).getBytes(StandardCharsets.UTF_8))
                        .substring(0, size));
        text("base64-words", Inputs::encodedWords);
        text("base64-almost", Inputs::almostText);
        INPUTS.put("nesting", size -> structured(nested(size)));
        INPUTS.put("short-strings", size -> structured(copies(Document.of("ab"), size / 5)));
        INPUTS.put("short-words", size -> structured(copies(Document.of("ignore"), size / 9)));
        INPUTS.put("empty-strings", size -> structured(copies(Document.of(""), size / 3)));
        INPUTS.put("small-numbers", size -> structured(copies(Document.of(17), size / 3)));
        INPUTS.put("many-names", size -> structured(names(size)));
    }

    private Inputs() {}

    private static void text(String name, IntFunction<String> text) {
        INPUTS.put(name, size -> content(text.apply(size)));
    }

    private static void repeated(String name, String piece) {
        text(name, size -> piece.repeat(size / piece.length() + 1).substring(0, size));
    }

    /** All names. */
    static List<String> names() {
        return List.copyOf(INPUTS.keySet());
    }

    /** A message whose content has about {@code size} characters. */
    static Document message(String name, int size) {
        return INPUTS.get(name).apply(size);
    }

    private static Document content(String text) {
        Document block = Document.object("type", Document.of("text")).with("text", Document.of(text));
        return response(Document.object("content", Document.array(block)));
    }

    private static Document structured(Document value) {
        return response(Document.object("structuredContent", Document.object("items", value)));
    }

    private static Document response(Document result) {
        return Document.object("jsonrpc", Document.of("2.0"))
                .with("id", Document.of(7))
                .with("result", result);
    }

    private static String base64(int size, int line) {
        Random random = new Random(6);
        StringBuilder text = new StringBuilder(size);
        while (text.length() < size) {
            text.append(line > 0 && text.length() % (line + 1) == line ? ' ' : SYMBOLS.charAt(random.nextInt(64)));
        }
        return text.toString();
    }

    /** Runs of 40 symbols, each of which encodes words. */
    private static String encodedWords(int size) {
        StringBuilder text = new StringBuilder(size + 64);
        String words = Prose.english(size);
        for (int i = 0; text.length() < size; i += 30) {
            byte[] thirty = words.substring(i, i + 30).getBytes(StandardCharsets.ISO_8859_1);
            text.append(Base64.getEncoder().encodeToString(thirty)).append(' ');
        }
        return text.substring(0, size);
    }

    /** One run that encodes text up to its last byte, which is none. */
    private static String almostText(int size) {
        byte[] bytes = Prose.english(size).getBytes(StandardCharsets.US_ASCII);
        bytes[size * 3 / 4 - 4] = 0;
        return Base64.getEncoder().encodeToString(bytes).substring(0, size);
    }

    private static Document nested(int size) {
        int levels = Document.MAX_DEPTH - 4;
        Document deep = Document.of("x");
        for (int level = 0; level < levels; level++) {
            deep = level % 2 == 0 ? Document.array(deep) : Document.object("a", deep);
        }
        return copies(deep, Math.max(1, size / deep.toJson().length()));
    }

    private static Document copies(Document one, int count) {
        return Document.array(java.util.Collections.nCopies(Math.max(1, count), one));
    }

    private static Document names(int size) {
        Map<String, Document> members = new LinkedHashMap<>();
        List<Document> objects = new ArrayList<>();
        for (int i = 0; i * 10 < size; i++) {
            members.put("k" + Integer.toString(i, 36), Document.TRUE);
        }
        objects.add(Document.object(members));
        return Document.array(objects);
    }
}
