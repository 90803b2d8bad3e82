package org.sallyport.admission.internal.safety;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.document.Document;

/**
 * The search for plugins that do harm each for itself, by switching on ever smaller parts of those that are suspected. An
 * immutable value. Those that were cleared stay off until its end, so what is on is suspected, all of it. Finds each of
 * {@code k} culprits among {@code n} plugins by about {@code log2 n} tries. Of plugins that do harm only together it blames
 * one at most.
 *
 * @param suspects not judged yet, in order
 * @param guilty whether the suspects in {@code group} are known to hold a culprit
 * @param group where the next culprit is looked for
 * @param on what is switched on for the try that runs; empty if the search is over
 * @param cleared those that did no harm
 * @param culprits those that did
 */
public record Bisect(
        List<String> suspects,
        boolean guilty,
        List<String> group,
        List<String> on,
        List<String> cleared,
        List<String> culprits) {
    public Bisect {
        suspects = List.copyOf(suspects);
        group = List.copyOf(group);
        on = List.copyOf(on);
        cleared = List.copyOf(cleared);
        culprits = List.copyOf(culprits);
    }

    /** Begins a search; with all of them on there is harm. */
    public static Bisect of(List<String> plugins) {
        return new Bisect(plugins, true, plugins, List.of(), List.of(), List.of()).next();
    }

    /** Whether all are judged. */
    public boolean isOver() {
        return on.isEmpty();
    }

    /** Harm was done by what is on. */
    public Bisect bad() {
        return new Bisect(suspects, true, on, List.of(), cleared, culprits).next();
    }

    /** What is on does no harm. */
    public Bisect good() {
        return new Bisect(without(suspects, on), guilty, without(group, on), List.of(), with(cleared, on), culprits)
                .next();
    }

    private Bisect next() {
        if (guilty && group.size() == 1) {
            List<String> rest = without(suspects, group);
            // There may be more: all that are left at once.
            return new Bisect(rest, false, rest, rest, cleared, with(culprits, group));
        } else if (guilty && !group.isEmpty()) {
            return new Bisect(suspects, true, group, group.subList(0, group.size() / 2), cleared, culprits);
        }
        return new Bisect(suspects, false, group, suspects, cleared, culprits);
    }

    private static List<String> without(List<String> from, List<String> what) {
        return from.stream().filter(one -> !what.contains(one)).toList();
    }

    private static List<String> with(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** For the registry. */
    public Document toDocument() {
        return Document.object(java.util.Map.of(
                "suspects", texts(suspects),
                "guilty", Document.of(guilty),
                "group", texts(group),
                "on", texts(on),
                "cleared", texts(cleared),
                "culprits", texts(culprits)));
    }

    /** From the registry. */
    public static Bisect of(Document document) {
        return new Bisect(
                list(document, "suspects"),
                document.get("guilty").asBoolean(false),
                list(document, "group"),
                list(document, "on"),
                list(document, "cleared"),
                list(document, "culprits"));
    }

    private static Document texts(List<String> all) {
        return Document.array(all.stream().map(Document::of).toList());
    }

    private static List<String> list(Document document, String name) {
        return document.get(name).values().stream().map(one -> one.text("")).toList();
    }
}
