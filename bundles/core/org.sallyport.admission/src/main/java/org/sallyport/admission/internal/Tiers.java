package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.sandbox.Tier;
import org.sallyport.spi.sandbox.TierProvider;
import org.sallyport.spi.trust.TrustLevels;
import org.sallyport.spi.trust.TrustLevels.Trust;

/**
 * Chooses where a plugin runs: by its trust level, the first tier that takes it of those that the framework property
 * {@code sallyport.tiers.LEVEL} names in order. The gate {@code tier} asks it, and so does whoever installs the bundle, so
 * that nothing depends on the list of gates. Thread-safe.
 */
final class Tiers implements AdmissionGate {
    private static final Map<TrustLevel, List<Tier>> DEFAULT = Map.of(
            TrustLevel.UNTRUSTED, List.of(Tier.WORKER),
            TrustLevel.PARTNER, List.of(Tier.WORKER),
            TrustLevel.INTERNAL, List.of(Tier.HOST));

    private final Supplier<List<TierProvider>> providers;
    private final Supplier<@Nullable TrustLevels> levels;
    private final Map<TrustLevel, List<Tier>> order = new EnumMap<>(TrustLevel.class);
    private final Map<TrustLevel, String> unreadable = new EnumMap<>(TrustLevel.class);

    /**
     * @param providers those that are there now
     * @param levels who knows how far plugins are trusted; null if nobody does
     * @param properties the framework's
     */
    Tiers(
            Supplier<List<TierProvider>> providers,
            Supplier<@Nullable TrustLevels> levels,
            Function<String, @Nullable String> properties) {
        this.providers = providers;
        this.levels = levels;
        for (TrustLevel level : TrustLevel.values()) {
            String key = "sallyport.tiers." + level.label();
            String text = properties.apply(key);
            try {
                order.put(level, text == null ? DEFAULT.get(level) : parse(level, text));
            } catch (IllegalArgumentException e) {
                unreadable.put(level, "the framework property [" + key + "] is [" + text + "]: " + e.getMessage());
            }
        }
    }

    private static List<Tier> parse(TrustLevel level, String text) {
        List<Tier> tiers = new ArrayList<>();
        for (String name : text.split(",")) {
            Tier tier;
            try {
                tier = Tier.valueOf(name.strip().toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("there is no tier [" + name.strip() + "]", e);
            }
            if (tier == Tier.HOST && level != TrustLevel.INTERNAL) {
                throw new IllegalArgumentException("only the level [internal] may have the tier [host]");
            }
            tiers.add(tier);
        }
        return tiers;
    }

    /**
     * Where a plugin runs.
     *
     * @param level how far it is trusted
     * @param tier where it would run
     * @param provider runs it there; empty in the tier {@link Tier#HOST}
     * @param verdict whether it may
     */
    record Choice(TrustLevel level, Tier tier, Optional<TierProvider> provider, Verdict verdict) {
        /** The archive that the framework installs. */
        byte[] body(Candidate candidate) {
            return provider.map(one -> one.body(candidate)).orElse(candidate.archive());
        }
    }

    @Override
    public String name() {
        return "tier";
    }

    @Override
    public Verdict check(Candidate candidate) {
        TrustLevels known = levels.get();
        Optional<Trust> trust = known == null ? Optional.empty() : known.ofArchive(candidate.sha256());
        return trust.isEmpty()
                ? Verdict.couldNotRun(
                        "it did not pass the gate [signature] before",
                        "See that the launcher's list of gates has both in order")
                : choose(candidate, trust.get().level()).verdict();
    }

    /** Where it runs; where nobody knows of levels, all run as the host does. */
    Choice choose(Candidate candidate) {
        TrustLevels known = levels.get();
        return choose(
                candidate,
                known == null
                        ? TrustLevel.INTERNAL
                        : known.ofArchive(candidate.sha256()).map(Trust::level).orElse(TrustLevel.UNTRUSTED));
    }

    private Choice choose(Candidate candidate, TrustLevel level) {
        List<Tier> tiers = order.get(level);
        if (tiers == null) {
            Verdict unknown = Verdict.couldNotRun(
                    unreadable.get(level), "Name tiers of [host, confined, worker], parted by commas, best first");
            return new Choice(level, Tier.WORKER, Optional.empty(), unknown);
        }
        List<String> reasons = new ArrayList<>();
        List<String> next = new ArrayList<>();
        for (Tier tier : tiers) {
            if (tier == Tier.HOST) {
                return new Choice(level, tier, Optional.empty(), Verdict.PASSED);
            }
            Optional<TierProvider> provider =
                    providers.get().stream().filter(one -> one.tier() == tier).findFirst();
            Verdict verdict = provider.map(one -> one.accepts(candidate, level))
                    .orElseGet(() -> Verdict.fail("it is not part of this host", ""));
            if (verdict.kind() == Verdict.Kind.PASS) {
                return new Choice(level, tier, provider, verdict);
            }
            reasons.add("tier [" + tier.label() + "]: " + verdict.reason());
            if (!verdict.next().isEmpty()) {
                next.add(verdict.next());
            }
        }
        next.add("if you trust its code like the host's own, give its publisher the level [internal] with 'key:trust'");
        return new Choice(
                level,
                tiers.get(0),
                Optional.empty(),
                Verdict.fail(
                        "its trust level is [" + level.label() + "], and there is no place where it may run: "
                                + String.join("; ", reasons),
                        String.join("; or ", next)));
    }
}
