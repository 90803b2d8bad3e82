package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Stage;

/**
 * What the operator wants of one plugin.
 *
 * @param symbolicName the bundle's, so that another bundle cannot take the id over unseen
 * @param version the wanted version
 * @param sha256 the wanted bytes
 * @param mode {@code enabled}, {@code disabled} or {@code absent}
 * @param origin who brought it
 * @param shipped whether it ever came with the runtime: then an uninstall has to be remembered
 * @param displaced what it replaced, newest first, at most {@value #MAX_DISPLACED}
 * @param carrier the plugin with which it was switched off, and with which it comes back; empty if by itself
 * @param settings what came back with that version, as {@code PluginSettings} describes it; an object
 * @param marks stages that an operator gave versions, by version; of the main version's entry alone
 * @param held a version that takes the place of this one when somebody agrees to what it asks for
 */
record Desired(
        String symbolicName,
        String version,
        String sha256,
        String mode,
        String origin,
        boolean shipped,
        List<Displaced> displaced,
        String carrier,
        Document settings,
        Map<String, Stage> marks,
        Optional<Displaced> held) {
    static final String ENABLED = "enabled";
    static final String DISABLED = "disabled";
    static final String ABSENT = "absent";
    static final String SHIPPED = "shipped";
    static final String DEPLOY = "deploy/";
    static final String ROLLBACK = "rollback/";
    static final String KEPT = "kept/";
    static final int MAX_DISPLACED = 5;

    Desired {
        displaced = List.copyOf(displaced);
        marks = Map.copyOf(marks);
    }

    /** One beside which nothing waits. */
    Desired(
            String symbolicName,
            String version,
            String sha256,
            String mode,
            String origin,
            boolean shipped,
            List<Displaced> displaced,
            String carrier,
            Document settings,
            Map<String, Stage> marks) {
        this(
                symbolicName,
                version,
                sha256,
                mode,
                origin,
                shipped,
                displaced,
                carrier,
                settings,
                marks,
                Optional.empty());
    }

    /** One that was not switched off with another. */
    Desired(
            String symbolicName,
            String version,
            String sha256,
            String mode,
            String origin,
            boolean shipped,
            List<Displaced> displaced) {
        this(symbolicName, version, sha256, mode, origin, shipped, displaced, "", Document.EMPTY_OBJECT, Map.of());
    }

    /**
     * A version that was replaced.
     *
     * @param settings what it worked with then, as {@code PluginSettings} describes it; an object
     */
    record Displaced(String version, String sha256, String origin, Document settings) {
        Displaced(String version, String sha256, String origin) {
            this(version, sha256, origin, Document.EMPTY_OBJECT);
        }
    }

    /** The stage that an operator gave a version; empty if none. */
    Optional<Stage> mark(String ofVersion) {
        return Optional.ofNullable(marks.get(ofVersion));
    }

    /** With another mark, and without those of versions that are not known any more. */
    Desired marked(String ofVersion, Stage stage, Predicate<String> known) {
        Map<String, Stage> next = new TreeMap<>(marks);
        next.put(ofVersion, stage);
        next.keySet().removeIf(known.negate());
        return new Desired(symbolicName, version, sha256, mode, origin, shipped, displaced, carrier, settings, next)
                .holding(held);
    }

    /** With another version that waits to take its place; empty for none. */
    Desired holding(Optional<Displaced> waiting) {
        return new Desired(
                symbolicName, version, sha256, mode, origin, shipped, displaced, carrier, settings, marks, waiting);
    }

    /** The main version and those that it replaced. */
    List<Displaced> versions() {
        List<Displaced> all = new ArrayList<>();
        all.add(new Displaced(version, sha256, origin, settings));
        all.addAll(displaced);
        return all;
    }

    /**
     * Whether these bytes lie where they lay when a version from elsewhere took their place: a file of the deploy folder
     * is offered again at each start, and must not undo what an operator did since.
     */
    boolean leavesLying(String offered, String from) {
        return from.startsWith(DEPLOY)
                && !origin.startsWith(DEPLOY)
                && displaced.stream()
                        .anyMatch(one ->
                                one.sha256().equals(offered) && one.origin().equals(from));
    }

    boolean is(String wanted) {
        return mode.equals(wanted);
    }

    /** Switched off because another one is. */
    Desired carriedBy(String other) {
        return new Desired(symbolicName, version, sha256, DISABLED, origin, shipped, displaced, other, settings, marks)
                .holding(held);
    }

    /** Switched on or off by itself, whatever it went with before. */
    Desired with(String newMode) {
        return new Desired(symbolicName, version, sha256, newMode, origin, shipped, displaced, "", settings, marks)
                .holding(newMode.equals(ABSENT) ? Optional.empty() : held);
    }

    Desired from(String newOrigin) {
        return new Desired(symbolicName, version, sha256, mode, newOrigin, shipped, displaced, carrier, settings, marks)
                .holding(held);
    }

    Desired alsoShipped() {
        return new Desired(symbolicName, version, sha256, mode, origin, true, displaced, carrier, settings, marks)
                .holding(held);
    }

    /**
     * Another version in the place of this one.
     *
     * @param inForce what this one works with
     */
    Desired replacedBy(String newVersion, String newSha256, String newOrigin, Document inForce) {
        List<Displaced> older = new ArrayList<>();
        older.add(new Displaced(version, sha256, origin, inForce));
        displaced.stream()
                .filter(one -> !one.sha256().equals(newSha256) && !one.sha256().equals(sha256))
                .limit(MAX_DISPLACED - 1L)
                .forEach(older::add);
        String newMode = is(ABSENT) ? ENABLED : mode;
        boolean everShipped = shipped || newOrigin.equals(SHIPPED);
        return new Desired(
                symbolicName,
                newVersion,
                newSha256,
                newMode,
                newOrigin,
                everShipped,
                older,
                carrier,
                Document.EMPTY_OBJECT,
                marks);
    }

    /**
     * A version from before in the place of this one, which is the last that comes back: so going back again leads to the
     * version before that. Its origin says so, because a file that still lies in the deploy folder must not undo it.
     *
     * @param inForce what this one works with
     * @param carried what the one that comes back works with in place of what is configured
     */
    Desired rolledBackTo(Displaced older, Document inForce, Document carried) {
        List<Displaced> others = new ArrayList<>();
        displaced.stream().filter(one -> !one.sha256().equals(older.sha256())).forEach(others::add);
        others.add(new Displaced(version, sha256, origin, inForce));
        String newOrigin = older.origin().startsWith(ROLLBACK) ? older.origin() : ROLLBACK + older.origin();
        String newMode = is(ABSENT) ? ENABLED : mode;
        return new Desired(
                symbolicName,
                older.version(),
                older.sha256(),
                newMode,
                newOrigin,
                shipped,
                others,
                carrier,
                carried,
                marks);
    }

    Document toDocument() {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("symbolicName", Document.of(symbolicName));
        members.put("version", Document.of(version));
        members.put("sha256", Document.of(sha256));
        members.put("desired", Document.of(mode));
        members.put("origin", Document.of(origin));
        members.put("shipped", Document.of(shipped));
        members.put(
                "displaced",
                Document.array(displaced.stream().map(Desired::toDocument).toList()));
        if (!carrier.isEmpty()) {
            members.put("carrier", Document.of(carrier));
        }
        if (settings.size() > 0) {
            members.put("settings", settings);
        }
        if (!marks.isEmpty()) {
            Map<String, Document> stages = new TreeMap<>();
            marks.forEach((of, stage) -> stages.put(of, Document.of(stage.name())));
            members.put("marks", Document.object(stages));
        }
        held.ifPresent(one -> members.put("held", toDocument(one)));
        return Document.object(members);
    }

    private static Document toDocument(Displaced one) {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("version", Document.of(one.version()));
        members.put("sha256", Document.of(one.sha256()));
        members.put("origin", Document.of(one.origin()));
        if (one.settings().size() > 0) {
            members.put("settings", one.settings());
        }
        return Document.object(members);
    }

    private static Document object(Document member) {
        return member.isObject() ? member : Document.EMPTY_OBJECT;
    }

    private static Map<String, Stage> marks(Document member) {
        Map<String, Stage> marks = new TreeMap<>();
        object(member).members().forEach((version, stage) -> {
            // One that is not known here was written by a newer release: it counts as none.
            Arrays.stream(Stage.values())
                    .filter(known -> known.name().equals(stage.text("")))
                    .forEach(known -> marks.put(version, known));
        });
        return marks;
    }

    static Desired of(Document document) {
        return new Desired(
                document.get("symbolicName").text(""),
                document.get("version").text(""),
                document.get("sha256").text(""),
                document.get("desired").text(ENABLED),
                document.get("origin").text(""),
                document.get("shipped").asBoolean(false),
                document.get("displaced").values().stream()
                        .map(Desired::displaced)
                        .toList(),
                document.get("carrier").text(""),
                object(document.get("settings")),
                marks(document.get("marks")),
                Optional.of(document.get("held")).filter(Document::isObject).map(Desired::displaced));
    }

    private static Displaced displaced(Document one) {
        return new Displaced(
                one.get("version").text(""),
                one.get("sha256").text(""),
                one.get("origin").text(""),
                object(one.get("settings")));
    }
}
