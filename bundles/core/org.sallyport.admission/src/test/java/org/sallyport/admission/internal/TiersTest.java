package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.admission.AdmissionGate.Verdict.Kind;
import org.sallyport.spi.sandbox.Tier;
import org.sallyport.spi.sandbox.TierProvider;
import org.sallyport.spi.trust.TrustLevels;

@DisplayName("The choice of a tier")
class TiersTest {
    private static final CheckedCandidate ANY = new CheckedCandidate(new byte[] {1}, "test");

    private record Provider(Tier tier, Verdict verdict) implements TierProvider {
        @Override
        public Verdict accepts(Candidate candidate, TrustLevel level) {
            return verdict;
        }
    }

    private static TrustLevels knowing(TrustLevel level) {
        return new TrustLevels() {
            @Override
            public Optional<Trust> of(String plugin, String version) {
                return Optional.empty();
            }

            @Override
            public Optional<Trust> ofArchive(String sha256) {
                return sha256.equals(ANY.sha256())
                        ? Optional.of(new Trust(level, "somebody", "key", "dsse"))
                        : Optional.empty();
            }
        };
    }

    private static Tiers tiers(TrustLevel level, Map<String, String> properties, TierProvider... providers) {
        return new Tiers(() -> List.of(providers), () -> knowing(level), properties::get);
    }

    private static final Provider WORKER = new Provider(Tier.WORKER, Verdict.PASSED);
    private static final Provider NO_WORKER = new Provider(Tier.WORKER, Verdict.fail("no jail", "get one"));
    private static final Provider CONFINED = new Provider(Tier.CONFINED, Verdict.PASSED);

    @Test
    @DisplayName("leaves internal plugins in the host and asks nobody")
    void internal() {
        Tiers.Choice choice = tiers(TrustLevel.INTERNAL, Map.of()).choose(ANY);

        assertThat(choice.tier()).isEqualTo(Tier.HOST);
        assertThat(choice.provider()).isEmpty();
        assertThat(choice.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(choice.body(ANY)).isSameAs(ANY.archive());
    }

    @Test
    @DisplayName("is the worker for others, and the confined tier only if the operator names it")
    void order() {
        Map<String, String> both = Map.of("sallyport.tiers.untrusted", "worker, confined");

        assertThat(tiers(TrustLevel.UNTRUSTED, Map.of(), CONFINED, WORKER)
                        .choose(ANY)
                        .tier())
                .isEqualTo(Tier.WORKER);
        assertThat(tiers(TrustLevel.UNTRUSTED, both, CONFINED, NO_WORKER)
                        .choose(ANY)
                        .provider())
                .contains(CONFINED);
        assertThat(tiers(TrustLevel.PARTNER, both, CONFINED, NO_WORKER)
                        .choose(ANY)
                        .verdict()
                        .kind())
                .isEqualTo(Kind.FAIL);
    }

    @Test
    @DisplayName("says of each tier why not, and what to do")
    void refused() {
        Verdict verdict = tiers(TrustLevel.UNTRUSTED, Map.of("sallyport.tiers.untrusted", "worker,confined"), NO_WORKER)
                .check(ANY);

        assertThat(verdict.reason())
                .isEqualTo(
                        "its trust level is [untrusted], and there is no place where it may run: tier [worker]: no jail;"
                                + " tier [confined]: it is not part of this host");
        assertThat(verdict.next()).startsWith("get one; or if you trust its code");
    }

    @Test
    @DisplayName("never is the host for less than internal, whatever is configured")
    void neverHost() {
        Tiers tiers = tiers(TrustLevel.PARTNER, Map.of("sallyport.tiers.partner", "host"), WORKER);

        assertThat(tiers.check(ANY).kind()).isEqualTo(Kind.COULD_NOT_RUN);
        assertThat(tiers.check(ANY).reason()).contains("only the level [internal] may have the tier [host]");
        assertThat(tiers.choose(ANY).provider()).isEmpty();
        assertThat(tiers(TrustLevel.PARTNER, Map.of("sallyport.tiers.partner", "moon"), WORKER)
                        .check(ANY)
                        .reason())
                .contains("there is no tier [moon]");
    }

    @Test
    @DisplayName("does not know bytes that did not pass the gate before, and lets them have the least")
    void unknownBytes() {
        Tiers tiers = tiers(TrustLevel.INTERNAL, Map.of(), NO_WORKER);
        CheckedCandidate other = new CheckedCandidate(new byte[] {2}, "test");

        assertThat(tiers.check(other).kind()).isEqualTo(Kind.COULD_NOT_RUN);
        assertThat(tiers.choose(other).level()).isEqualTo(TrustLevel.UNTRUSTED);
        assertThat(tiers.choose(other).verdict().kind()).isEqualTo(Kind.FAIL);
    }
}
