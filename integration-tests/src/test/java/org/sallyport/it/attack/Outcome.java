package org.sallyport.it.attack;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.sallyport.api.document.Document;

/**
 * What came of a row.
 *
 * @param seen which outcomes of the corpus it was; none if it was none of them
 * @param words in a few words, such as {@code denied (agent)}
 * @param effect traces of what it did; none if it did nothing
 */
record Outcome(Set<Row.Expected> seen, String words, List<String> effect) {
    Outcome {
        seen = Set.copyOf(seen);
        effect = List.copyOf(effect);
    }

    /** Refused before it was a plugin, by what the shell printed. */
    static Outcome refused(String printed) {
        String gate = printed.contains("the gate [") ? printed.replaceAll("(?s).*the gate \\[([a-z]+)\\].*", "$1") : "";
        return gate.isEmpty()
                ? new Outcome(Set.of(), "not let in: " + firstLine(printed), List.of())
                : new Outcome(
                        EnumSet.of(Row.Expected.STOP, Row.Expected.REFUSE_INSTALL),
                        "refused (" + gate + ")",
                        List.of());
    }

    /**
     * By what the attack said of its steps.
     *
     * @param traces what was seen from outside
     */
    static Outcome of(Row row, Document answer, List<String> traces) {
        List<Document> notes = Stage.notes(answer);
        List<String> effect = new ArrayList<>(traces);
        Set<String> how = new java.util.TreeSet<>();
        EnumSet<Row.Expected> seen = EnumSet.allOf(Row.Expected.class);
        if (row.id().equals("FS-15") && tells(notes)) {
            effect.add("it tells what exists");
        }
        for (Document note : notes) {
            String threw = note.get("threw").text("");
            if (note.has("did") && !row.id().equals("FS-15")) {
                effect.add(note.get("step").text("") + ": " + note.get("did").text(""));
            } else if (isDenial(threw) || note.get("message").text("").contains("] has no permission [")) {
                how.add("denied");
                seen.retainAll(EnumSet.of(Row.Expected.STOP, Row.Expected.DENY));
            } else if (isBudget(threw)) {
                how.add("stopped by its budget");
                seen.retainAll(EnumSet.of(Row.Expected.KILL));
            } else if (threw.isEmpty()) {
                how.add("hidden");
                seen.retainAll(EnumSet.of(Row.Expected.HIDE, Row.Expected.STOP));
            } else {
                how.add("failed by " + threw + " " + note.get("message").text(""));
                seen.clear();
            }
        }
        if (notes.isEmpty()) {
            String error = isOfUpstream(answer)
                    ? "and the message went on without it"
                    : answer.get("error").get("message").text(answer.toJson());
            return new Outcome(Set.of(Row.Expected.KILL), "the call failed, " + error, effect);
        }
        return new Outcome(effect.isEmpty() ? seen : Set.of(), String.join(", ", how), effect);
    }

    /** Whether the message passed the plugin: the server does not know what attacks are told. */
    static boolean isOfUpstream(Document answer) {
        return answer.get("error").get("message").text("").startsWith("Tool [echo] cannot be called");
    }

    /** Whether answers about a file that is there differ from those about one that is not. */
    static boolean tells(List<Document> notes) {
        for (Document note : notes) {
            String step = note.get("step").text("");
            if (step.endsWith(" secret")) {
                Document twin = notes.stream()
                        .filter(other -> other.get("step").text("").equals(step.replace(" secret", " missing")))
                        .findFirst()
                        .orElseThrow();
                if (!note.get("did").equals(twin.get("did"))
                        || !note.get("threw").equals(twin.get("threw"))
                        || !words(note).equals(words(twin))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A message without the names that were asked for. */
    private static String words(Document note) {
        return note.get("message").text("").replaceAll("/[^\\s\\]\\[':]*", "/");
    }

    private static boolean isDenial(String thrown) {
        return thrown.endsWith("SecurityException") || thrown.endsWith("PermissionDeniedException");
    }

    private static boolean isBudget(String thrown) {
        return thrown.contains("Budget");
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").replaceFirst("^[a-zA-Z.]+: ", "");
    }
}
