package org.sallyport.signing.internal.keys;

import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.permission.Permission;

/** The form of a trust file: JSON with comments. What it does not understand is refused, as it might restrict something. */
public final class TrustText {
    /** Most characters of a file. */
    public static final int MAX_LENGTH = 4 << 20;

    /** Most publishers; most keys of one; most revocations. */
    static final int MAX_MEMBERS = 10_000;

    /** What a publisher may be called. */
    public static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private static final Pattern REVOCABLE = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final Pattern PLUGINS = Pattern.compile("[a-z0-9.-]{0,200}\\*?");

    private final String file;
    private final Json.Located json;

    private TrustText(String file, Json.Located json) {
        this.file = file;
        this.json = json;
    }

    /**
     * Reads a text.
     *
     * @param file its name, for messages
     * @throws TrustException with file, line and column
     */
    public static TrustSet read(String file, String text) throws TrustException {
        if (text.length() > MAX_LENGTH) {
            throw new TrustException("The trust file [" + file + "] is longer than [" + MAX_LENGTH + "] characters");
        }
        try {
            return new TrustText(file, Json.readWithComments(text)).set();
        } catch (JsonException e) {
            throw new TrustException("The trust file [" + file + ":" + e.place().line() + ":"
                    + e.place().column() + "] is no JSON: " + e.getMessage());
        }
    }

    private TrustException wrong(String pointer, String what) {
        Json.Place place = json.place(pointer);
        return new TrustException(
                "The trust file [" + file + ":" + place.line() + ":" + place.column() + "] is wrong: " + what);
    }

    private TrustSet set() throws TrustException {
        Document all = json.document();
        known("", all, Set.of("publishers", "revoked", "first-use", "limits", "consent"));
        Map<String, Publisher> publishers = new LinkedHashMap<>();
        Map<String, String> owners = new LinkedHashMap<>();
        for (String name : object("/publishers", all.get("publishers")).keys()) {
            Publisher publisher = publisher(name, all.get("publishers").get(name));
            publishers.put(name, publisher);
            for (String key : publisher.keys().keySet()) {
                String owner = owners.put(key, name);
                if (owner != null) {
                    throw wrong(
                            "/publishers/" + name,
                            "the key [" + key + "] belongs to [" + owner + "] and to [" + name + "]");
                }
            }
        }
        Map<String, Revocation> revoked = new LinkedHashMap<>();
        for (String what : object("/revoked", all.get("revoked")).keys()) {
            String at = "/revoked/" + what;
            Document one = object(at, all.get("revoked").get(what));
            known(at, one, Set.of("at", "reason"));
            if (!REVOCABLE.matcher(what).matches()) {
                throw wrong(at, "[" + what + "] is neither the id of a key, 40 hexadecimal digits, nor a SHA-256");
            }
            revoked.put(
                    what,
                    new Revocation(
                            time(at, one.get("at")).orElse(Instant.EPOCH),
                            one.get("reason").text("")));
        }
        Map<String, TrustLevel> limits = new LinkedHashMap<>();
        for (String plugin : object("/limits", all.get("limits")).keys()) {
            limits.put(plugin, level("/limits/" + plugin, all.get("limits").get(plugin)));
        }
        Optional<TrustLevel> firstUse = all.get("first-use").isNull()
                ? Optional.empty()
                : Optional.of(level("/first-use", all.get("first-use")));
        Map<TrustLevel, List<Permission>> agreed = new LinkedHashMap<>();
        for (String level : object("/consent", all.get("consent")).keys()) {
            String at = "/consent/" + level;
            agreed.put(
                    level(at, Document.of(level)),
                    permissions(at, all.get("consent").get(level)));
        }
        return new TrustSet(publishers, revoked, firstUse, limits, agreed);
    }

    private Publisher publisher(String name, Document one) throws TrustException {
        String at = "/publishers/" + name;
        known(at, object(at, one), Set.of("level", "plugins", "keys", "consent"));
        if (!NAME.matcher(name).matches()) {
            throw wrong(
                    at,
                    "a publisher's name has up to 64 lower-case letters, digits, dots, dashes and underscores, not ["
                            + name + "]");
        }
        List<String> plugins = new ArrayList<>();
        for (Document pattern : one.get("plugins").values()) {
            String text = pattern.text("");
            if (text.isEmpty() || !PLUGINS.matcher(text).matches()) {
                throw wrong(
                        at + "/plugins", "[" + text + "] is neither a plugin's id nor the beginning of one with a [*]");
            }
            plugins.add(text);
        }
        Map<String, TrustedKey> keys = new LinkedHashMap<>();
        for (String id : object(at + "/keys", one.get("keys")).keys()) {
            keys.put(id, key(at + "/keys/" + id, id, one.get("keys").get(id)));
        }
        return new Publisher(
                name,
                level(at + "/level", one.get("level")),
                plugins,
                keys,
                permissions(at + "/consent", one.get("consent")));
    }

    private TrustedKey key(String at, String id, Document one) throws TrustException {
        known(at, object(at, one), Set.of("kind", "public", "from", "to"));
        byte[] encoded;
        TrustedKey.Kind kind;
        try {
            encoded = Base64.getDecoder().decode(one.get("public").text(""));
            kind = TrustedKey.Kind.valueOf(one.get("kind").text("ed25519").toUpperCase(Locale.ROOT));
            if (kind == TrustedKey.Kind.HMAC) {
                throw new IllegalArgumentException("a shared secret proves no publisher");
            }
            PublicKeys.check(kind, encoded);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw wrong(at, "the key [" + id + "] cannot be read: " + e.getMessage());
        }
        if (!TrustedKey.idOf(encoded).equals(id)) {
            throw wrong(at, "the key [" + id + "] has the id [" + TrustedKey.idOf(encoded) + "]");
        }
        return new TrustedKey(id, kind, encoded, time(at, one.get("from")), time(at, one.get("to")));
    }

    private List<Permission> permissions(String at, Document some) throws TrustException {
        List<String> texts = some.values().stream().map(one -> one.text("")).toList();
        try {
            if (!some.isNull() && !some.isArray()) {
                throw new IllegalArgumentException("it has to be a list");
            }
            return Agreed.parse(texts);
        } catch (IllegalArgumentException e) {
            throw wrong(at, String.valueOf(e.getMessage()));
        }
    }

    private Document object(String at, Document value) throws TrustException {
        if (value.isNull()) {
            return Document.EMPTY_OBJECT;
        } else if (!value.isObject() || value.size() > MAX_MEMBERS) {
            throw wrong(at, "[" + at + "] has to be an object of at most [" + MAX_MEMBERS + "] members");
        }
        return value;
    }

    private void known(String at, Document value, Set<String> members) throws TrustException {
        for (String key : value.keys()) {
            if (!members.contains(key)) {
                throw wrong(
                        at + "/" + key, "[" + key + "] is not known; known are " + new java.util.TreeSet<>(members));
            }
        }
    }

    private Optional<Instant> time(String at, Document value) throws TrustException {
        try {
            return value.isNull() ? Optional.empty() : Optional.of(Instant.parse(value.text("")));
        } catch (DateTimeException e) {
            throw wrong(at, "[" + value.text("") + "] is no time such as [2026-01-31T12:00:00Z]");
        }
    }

    private TrustLevel level(String at, Document value) throws TrustException {
        for (TrustLevel level : TrustLevel.values()) {
            if (level.label().equals(value.text(""))) {
                return level;
            }
        }
        throw wrong(at, "[" + value.text("") + "] is no trust level; there are untrusted, partner and internal");
    }

    /** Writes it so that {@link #read} gives the same; the same set gives the same text. */
    public static String write(TrustSet set) {
        Map<String, Document> publishers = new TreeMap<>();
        set.publishers().forEach((name, publisher) -> publishers.put(name, write(publisher)));
        Map<String, Document> revoked = new TreeMap<>();
        set.revoked()
                .forEach((what, why) -> revoked.put(
                        what,
                        Document.object("at", Document.of(why.at().toString()))
                                .with("reason", Document.of(why.reason()))));
        Map<String, Document> limits = new TreeMap<>();
        set.limits().forEach((plugin, level) -> limits.put(plugin, Document.of(level.label())));
        Document all = Document.object("publishers", Document.object(publishers))
                .with("revoked", Document.object(revoked))
                .with("limits", Document.object(limits));
        if (!set.agreed().isEmpty()) {
            Map<String, Document> agreed = new TreeMap<>();
            set.agreed().forEach((level, some) -> agreed.put(level.label(), texts(some)));
            all = all.with("consent", Document.object(agreed));
        }
        if (set.firstUse().isPresent()) {
            all = all.with("first-use", Document.of(set.firstUse().get().label()));
        }
        return all.toJson(2) + "\n";
    }

    private static Document write(Publisher publisher) {
        Map<String, Document> keys = new TreeMap<>();
        publisher.keys().forEach((id, key) -> {
            Document one = Document.object("kind", Document.of(key.kind().label()))
                    .with("public", Document.of(Base64.getEncoder().encodeToString(key.encoded())));
            if (key.from().isPresent()) {
                one = one.with("from", Document.of(key.from().get().toString()));
            }
            if (key.to().isPresent()) {
                one = one.with("to", Document.of(key.to().get().toString()));
            }
            keys.put(id, one);
        });
        Document known = Document.object("level", Document.of(publisher.level().label()))
                .with(
                        "plugins",
                        Document.array(
                                publisher.plugins().stream().map(Document::of).toList()))
                .with("keys", Document.object(keys));
        return publisher.agreed().isEmpty() ? known : known.with("consent", texts(publisher.agreed()));
    }

    private static Document texts(List<Permission> permissions) {
        return Document.array(
                Agreed.write(permissions).stream().map(Document::of).toList());
    }
}
