package org.sallyport.signing.internal.keys;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.permission.Permission;

/**
 * Who is trusted for what. Immutable.
 *
 * @param publishers by name
 * @param revoked what does not count any more, by the id of a key or the SHA-256 of an archive
 * @param firstUse the level of plugins whose key is not known, and which are bound to it from then on; empty if they are
 *     refused
 * @param limits the most that single plugins get, by id; {@code *} for all others
 * @param agreed permissions that plugins of a level get without being asked about
 */
public record TrustSet(
        Map<String, Publisher> publishers,
        Map<String, Revocation> revoked,
        Optional<TrustLevel> firstUse,
        Map<String, TrustLevel> limits,
        Map<TrustLevel, List<Permission>> agreed) {
    /** Nobody is trusted. */
    public static final TrustSet NOBODY = new TrustSet(Map.of(), Map.of(), Optional.empty(), Map.of());

    public TrustSet {
        publishers = Map.copyOf(publishers);
        revoked = Map.copyOf(revoked);
        limits = Map.copyOf(limits);
        agreed = Map.copyOf(agreed);
    }

    /** One that agrees to nothing by level. */
    public TrustSet(
            Map<String, Publisher> publishers,
            Map<String, Revocation> revoked,
            Optional<TrustLevel> firstUse,
            Map<String, TrustLevel> limits) {
        this(publishers, revoked, firstUse, limits, Map.of());
    }

    /** The permissions that a plugin of a publisher and level gets without being asked about. */
    public List<Permission> agreed(Publisher publisher, TrustLevel level) {
        return Stream.concat(publisher.agreed().stream(), agreed.getOrDefault(level, List.of()).stream())
                .distinct()
                .toList();
    }

    /** That something was revoked. */
    public record Revocation(Instant at, String reason) {}

    /** A key and whose it is. */
    public record Holder(Publisher publisher, TrustedKey key) {}

    /** Who has a key. */
    public Optional<Holder> holder(String key) {
        return publishers.values().stream()
                .filter(publisher -> publisher.keys().containsKey(key))
                .findFirst()
                .map(publisher -> new Holder(publisher, publisher.keys().get(key)));
    }

    /** The most that the operator's policy gives a plugin. */
    public TrustLevel limit(String plugin) {
        TrustLevel own = limits.get(plugin);
        return own == null ? limits.getOrDefault("*", TrustLevel.INTERNAL) : own;
    }

    /**
     * This over another one: what both say of a publisher is joined, keys and all, but level, plugins and policy are taken
     * from here; what either revoked is revoked.
     */
    public TrustSet over(TrustSet base) {
        Map<String, Publisher> all = new LinkedHashMap<>(base.publishers);
        publishers.forEach((name, mine) -> {
            Publisher joined = mine;
            Publisher below = base.publishers.get(name);
            if (below != null) {
                for (TrustedKey key : below.keys().values()) {
                    joined = mine.keys().containsKey(key.id()) ? joined : joined.with(key);
                }
            }
            all.put(name, joined);
        });
        Map<String, Revocation> gone = new LinkedHashMap<>(base.revoked);
        gone.putAll(revoked);
        Map<String, TrustLevel> bounds = new LinkedHashMap<>(base.limits);
        bounds.putAll(limits);
        Map<TrustLevel, List<Permission>> byLevel = new LinkedHashMap<>(base.agreed);
        byLevel.putAll(agreed);
        return new TrustSet(all, gone, firstUse.or(() -> base.firstUse), bounds, byLevel);
    }

    /** The same with a publisher in the place of the one of its name. */
    public TrustSet with(Publisher publisher) {
        Map<String, Publisher> all = new LinkedHashMap<>(publishers);
        all.put(publisher.name(), publisher);
        return new TrustSet(all, revoked, firstUse, limits, agreed);
    }

    /** The same without something. */
    public TrustSet without(String keyOrDigest, Revocation revocation) {
        Map<String, Revocation> gone = new LinkedHashMap<>(revoked);
        gone.put(keyOrDigest, revocation);
        return new TrustSet(publishers, gone, firstUse, limits, agreed);
    }
}
