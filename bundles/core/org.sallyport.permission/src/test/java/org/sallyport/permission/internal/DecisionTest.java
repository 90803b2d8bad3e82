package org.sallyport.permission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests.Asked;

@DisplayName("A decision")
class DecisionTest {
    private static final List<Permission> ASKED = all("file.read:/etc/**", "env.read:HOME");

    private static Permission one(String text) {
        return Permission.parse(text).get(0);
    }

    private static List<Permission> all(String... texts) {
        return Stream.of(texts).map(DecisionTest::one).toList();
    }

    private static Standing standing(Decision decision, TrustLevel level, List<Permission> agreed, String... asked) {
        return new Standing(
                all(asked).stream().map(one -> new Asked(one, "", false)).toList(), level, agreed, decision);
    }

    @Test
    @DisplayName("for a part of what is asked for is one about all of it, so a wider one later is asked about again")
    void narrowed() {
        Decision decision = Decision.NONE.grant(one("file.read:/etc/hosts"), ASKED);

        Standing same = standing(decision, TrustLevel.PARTNER, List.of(), "file.read:/etc/**");
        assertThat(same.open()).isEmpty();
        assertThat(same.granted()).isEqualTo(all("file.read:/etc/hosts"));
        assertThat(same.of(same.asked().get(0))).isEqualTo(Standing.State.PARTLY);
        assertThat(standing(decision, TrustLevel.PARTNER, List.of(), "file.read:/**")
                        .open())
                .hasSize(1);
        assertThat(standing(decision, TrustLevel.PARTNER, List.of(), "file.read:/etc/hosts")
                        .granted())
                .isEqualTo(all("file.read:/etc/hosts"));
    }

    @Test
    @DisplayName("for more than what is asked for gives no more than that, and is not asked about again")
    void wider() {
        Decision decision = Decision.NONE.grant(one("file.read"), ASKED);

        Standing standing = standing(decision, TrustLevel.PARTNER, List.of(), "file.read:/etc/**", "file.read:/x");
        assertThat(standing.open()).isEmpty();
        assertThat(standing.granted()).isEqualTo(all("file.read:/etc/**", "file.read:/x"));
    }

    @Test
    @DisplayName("against one holds though the configuration agrees, and is not asked about again")
    void refused() {
        List<Permission> agreed = all("env.read", "file.read");
        assertThat(standing(Decision.NONE, TrustLevel.PARTNER, agreed, "env.read:HOME")
                        .granted())
                .isEqualTo(all("env.read:HOME"));

        Decision decision = Decision.NONE.revoke(one("env.read:HOME"), ASKED);

        Standing standing = standing(decision, TrustLevel.PARTNER, agreed, "env.read:HOME", "file.read:/etc/**");
        assertThat(standing.granted()).isEqualTo(all("file.read:/etc/**"));
        assertThat(standing.open()).isEmpty();
    }

    @Test
    @DisplayName("does not give a level what it may not have")
    void barred() {
        Decision decision = Decision.NONE.grant(one("native.load"), all("native.load"));

        Standing standing = standing(decision, TrustLevel.UNTRUSTED, all("native.load"), "native.load");
        assertThat(standing.granted()).isEmpty();
        assertThat(standing.barred()).hasSize(1);
        assertThat(standing(decision, TrustLevel.PARTNER, List.of(), "native.load")
                        .granted())
                .hasSize(1);
    }

    @Test
    @DisplayName("is not made by the configuration for what always has to be asked about")
    void always() {
        Standing standing = new Standing(
                List.of(new Asked(one("env.read"), "", true)), TrustLevel.INTERNAL, all("env.read"), Decision.NONE);

        assertThat(standing.open()).hasSize(1);
        assertThat(standing.granted()).isEmpty();
    }

    @Test
    @DisplayName("holds for the next version as far as that asks for no more")
    void carried() {
        Decision decision = Decision.NONE
                .grant(one("file.read:/etc/**"), ASKED)
                .revoke(one("env.read:HOME"), ASKED)
                .only(all("file.read:/etc/hosts", "env.read:HOME"));

        assertThat(decision.granted()).isEqualTo(Set.copyOf(all("file.read:/etc/hosts")));
        assertThat(decision.decides(one("env.read:HOME"))).isTrue();
        assertThat(decision.decides(one("file.read:/etc/passwd"))).isFalse();
    }

    @Test
    @DisplayName("is read as it was written; what is not understood was decided by nobody")
    void written() {
        Decision decision = Decision.NONE.grant(one("file.read:/etc/**"), ASKED).revoke(one("env.read:HOME"), ASKED);
        assertThat(Decision.of(decision.toDocument())).isEqualTo(decision);

        Decision newer = Decision.of(Document.fromJava(java.util.Map.of(
                "decided", List.of("quantum.entangle", "env.read"), "granted", List.of("quantum.entangle"))));
        assertThat(newer).isEqualTo(new Decision(Set.of(one("env.read")), Set.of()));
    }

    @Test
    @DisplayName("is about so many permissions and no more")
    void bounded() {
        Decision decision = Decision.NONE;
        for (int i = 0; i < Decision.MAX; i++) {
            decision = decision.grant(new Permission("env", "read", "X" + i), List.of());
        }
        Decision full = decision;
        assertThat(full.granted()).hasSize(Decision.MAX);
        assertThatThrownBy(() -> full.grant(one("env.read:HOME"), List.of()))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("[2000]");
    }

    @Test
    @DisplayName("of the version that served last holds for one that has none; old ones and old steps are forgotten")
    void versions() {
        Decisions decisions = Decisions.NONE.serving("0.0.0");
        Decision granted = Decision.NONE.grant(one("env.read"), List.of());
        for (int i = 0; i < Decisions.MAX_HISTORY + 5; i++) {
            decisions = decisions.with(
                    i + ".0.0", granted, new Decisions.Step("now", "grant", i + ".0.0", List.of(), "test"));
        }

        assertThat(decisions.versions()).hasSize(Decisions.MAX_VERSIONS).containsKey("0.0.0");
        assertThat(decisions.history()).hasSize(Decisions.MAX_HISTORY);
        assertThat(decisions.history().get(0).version()).isEqualTo("5.0.0");
        assertThat(decisions.of("9.9.9")).isEqualTo(granted);
        assertThat(decisions.serving("none").of("9.9.9")).isEqualTo(Decision.NONE);
        assertThat(Decisions.of(decisions.toDocument())).isEqualTo(decisions);
    }
}
