package org.sallyport.signing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;
import org.sallyport.spi.admin.Arguments;

@DisplayName("A verb of keys and signatures")
class AuditedVerbTest {
    private static final Arguments ARGUMENTS =
            new Arguments(Map.of("key", "acme.pub", "level", "partner"), Path.of(""));

    private final List<String> happened = new ArrayList<>();

    private AdminVerb verb(Role role) {
        return new Verb(
                "key",
                "trust",
                "trust a key",
                role,
                List.of(Parameter.argument("key", Parameter.Kind.TEXT, "the key")),
                arguments -> {
                    happened.add("done");
                    return "trusted";
                });
    }

    private void record(String event, String subject, Map<String, String> details) {
        happened.add(event + " of " + subject + " for " + details.get("level"));
    }

    @Test
    @DisplayName("is recorded, with what was asked for, before it is done")
    void before() {
        assertThat(new AuditedVerb(verb(Role.ADMIN), this::record).run(ARGUMENTS))
                .isEqualTo("trusted");

        assertThat(happened).containsExactly("key.trust of acme.pub for partner", "done");
    }

    @Test
    @DisplayName("is not done if it cannot be recorded")
    void refused() {
        AdminVerb audited = new AuditedVerb(verb(Role.ADMIN), (event, subject, details) -> {
            throw new PluginException("audit_failed", "the disk is full");
        });

        assertThatThrownBy(() -> audited.run(ARGUMENTS)).hasMessage("the disk is full");
        assertThat(happened).isEmpty();
    }

    @Test
    @DisplayName("that only reads is not recorded")
    void reading() {
        new AuditedVerb(verb(Role.VIEWER), this::record).run(ARGUMENTS);

        assertThat(happened).containsExactly("done");
    }
}
