package org.sallyport.it.attack;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One row of the attack corpus.
 *
 * @param id such as {@code FS-01}
 * @param expected what has to come of it without the permission
 * @param permission what makes it right, with {@code ${secret}} and the like for the places of the test; empty for nothing that a stranger may get
 * @param kind how it is tried
 * @param variants the bundles that try it, each held to the same; none for a row that is shown elsewhere
 * @param arguments for the attack, beside the places
 * @param harmless arguments in their place where nothing stops it
 * @param from the Java from which on it exists
 * @param note words of the refusal, or where it is shown
 */
record Row(
        String id,
        Set<Expected> expected,
        String permission,
        Kind kind,
        List<Variant> variants,
        Map<String, Object> arguments,
        Map<String, Object> harmless,
        int from,
        String note) {
    /** What the corpus expects. */
    enum Expected {
        /** Refused at load, or denied at run time. */
        STOP,
        /** Denied at run time. */
        DENY,
        /** Not to be seen. */
        HIDE,
        /** The call ends with a budget error. */
        KILL,
        /** The worker ends, and nobody else. */
        CONTAIN,
        /** Never becomes a plugin. */
        REFUSE_INSTALL,
        /** Works. */
        OK
    }

    /** How a row is tried. */
    enum Kind {
        /** It can be done on the host without harm, so it is shown there that it would work. */
        HARMLESS,
        /** It would end or fill the host: where nothing stops it, it is tried in a process of its own, or less of it. */
        HARMFUL,
        /** The platform itself holds it, in each tier. */
        HELD,
        /** It is stopped before any code runs, in each tier. */
        AT_THE_DOOR,
        /** It has to work. */
        CONTROL,
        /** Tried by another test, which the note names. */
        ELSEWHERE
    }

    Row {
        expected = Set.copyOf(expected);
        variants = List.copyOf(variants);
        arguments = Map.copyOf(arguments);
        harmless = Map.copyOf(harmless);
    }

    String family() {
        return id.substring(0, id.indexOf('-'));
    }

    Row by(Variant... more) {
        return new Row(
                id,
                expected,
                permission,
                kind,
                java.util.stream.Stream.concat(variants.stream(), java.util.Arrays.stream(more))
                        .toList(),
                arguments,
                harmless,
                from,
                note);
    }

    Row with(Map<String, Object> guarded, Map<String, Object> unguarded) {
        return new Row(id, expected, permission, kind, variants, guarded, unguarded, from, note);
    }

    Row as(Kind other) {
        return new Row(id, expected, permission, other, variants, arguments, harmless, from, note);
    }

    Row since(int java) {
        return new Row(id, expected, permission, kind, variants, arguments, harmless, java, note);
    }

    Row note(String text) {
        return new Row(id, expected, permission, kind, variants, arguments, harmless, from, text);
    }

    @Override
    public String toString() {
        return id;
    }
}
