package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;

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
 */
record Desired(
        String symbolicName,
        String version,
        String sha256,
        String mode,
        String origin,
        boolean shipped,
        List<Displaced> displaced,
        String carrier) {
    static final String ENABLED = "enabled";
    static final String DISABLED = "disabled";
    static final String ABSENT = "absent";
    static final String SHIPPED = "shipped";
    static final String DEPLOY = "deploy/";
    static final String ROLLBACK = "rollback/";
    static final int MAX_DISPLACED = 5;

    Desired {
        displaced = List.copyOf(displaced);
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
        this(symbolicName, version, sha256, mode, origin, shipped, displaced, "");
    }

    /** A version that was replaced. */
    record Displaced(String version, String sha256, String origin) {}

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
        return new Desired(symbolicName, version, sha256, DISABLED, origin, shipped, displaced, other);
    }

    Desired with(String newMode) {
        return new Desired(symbolicName, version, sha256, newMode, origin, shipped, displaced);
    }

    Desired from(String newOrigin) {
        return new Desired(symbolicName, version, sha256, mode, newOrigin, shipped, displaced, carrier);
    }

    Desired alsoShipped() {
        return new Desired(symbolicName, version, sha256, mode, origin, true, displaced, carrier);
    }

    /** Another version in the place of this one. */
    Desired replacedBy(String newVersion, String newSha256, String newOrigin) {
        List<Displaced> older = new ArrayList<>();
        older.add(new Displaced(version, sha256, origin));
        displaced.stream()
                .filter(one -> !one.sha256().equals(newSha256) && !one.sha256().equals(sha256))
                .limit(MAX_DISPLACED - 1L)
                .forEach(older::add);
        String newMode = is(ABSENT) ? ENABLED : mode;
        boolean everShipped = shipped || newOrigin.equals(SHIPPED);
        return new Desired(symbolicName, newVersion, newSha256, newMode, newOrigin, everShipped, older, carrier);
    }

    /**
     * A version from before in the place of this one, which is the last that comes back: so going back again leads to the
     * version before that. Its origin says so, because a file that still lies in the deploy folder must not undo it.
     */
    Desired rolledBackTo(Displaced older) {
        List<Displaced> others = new ArrayList<>();
        displaced.stream().filter(one -> !one.sha256().equals(older.sha256())).forEach(others::add);
        others.add(new Displaced(version, sha256, origin));
        String newOrigin = older.origin().startsWith(ROLLBACK) ? older.origin() : ROLLBACK + older.origin();
        String newMode = is(ABSENT) ? ENABLED : mode;
        return new Desired(symbolicName, older.version(), older.sha256(), newMode, newOrigin, shipped, others, carrier);
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
                Document.array(displaced.stream()
                        .map(one -> Document.fromJava(
                                Map.of("version", one.version(), "sha256", one.sha256(), "origin", one.origin())))
                        .toList()));
        if (!carrier.isEmpty()) {
            members.put("carrier", Document.of(carrier));
        }
        return Document.object(members);
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
                        .map(one -> new Displaced(
                                one.get("version").text(""),
                                one.get("sha256").text(""),
                                one.get("origin").text("")))
                        .toList(),
                document.get("carrier").text(""));
    }
}
