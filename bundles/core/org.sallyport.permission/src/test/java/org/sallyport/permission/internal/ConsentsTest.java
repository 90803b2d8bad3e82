package org.sallyport.permission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests.Asked;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.registry.RegistryStore;
import org.sallyport.spi.trust.TrustLevels;
import org.sallyport.testkit.TestDescriptor;

@DisplayName("Consent to what plugins ask for")
class ConsentsTest {
    private static final PluginId ID = new PluginId("acme");

    private final Entries store = new Entries();
    private final List<String> audited = new ArrayList<>();
    private final AtomicBoolean auditFails = new AtomicBoolean();
    private final Map<String, TrustLevels.Trust> trusted = new ConcurrentHashMap<>();
    private final TrustLevels levels = new TrustLevels() {
        @Override
        public Optional<Trust> of(String plugin, String version) {
            return ofArchive(version);
        }

        @Override
        public Optional<Trust> ofArchive(String sha256) {
            return Optional.ofNullable(trusted.get(sha256));
        }
    };
    private final Consents consents = another();

    private Consents another() {
        return new Consents(
                new DecisionStore(store),
                levels,
                (event, subject, details) -> {
                    if (auditFails.get()) {
                        throw new PluginException("audit_failed", "the disk is full");
                    }
                    audited.add(event + " " + subject + " " + details.get("permissions"));
                },
                plugin -> Places.NONE,
                new Recording(false),
                Clock.systemUTC());
    }

    /** Entries in memory; others can be faster, and the disk can be gone. */
    private static final class Entries implements RegistryStore {
        final Map<String, Entry> entries = new ConcurrentHashMap<>();
        int faster;
        boolean gone;

        @Override
        public Map<String, Entry> all() {
            return Map.copyOf(entries);
        }

        @Override
        public Optional<Entry> get(String key) throws IOException {
            if (gone) {
                throw new IOException("the disk is gone");
            }
            return Optional.ofNullable(entries.get(key));
        }

        @Override
        public synchronized Optional<Long> compareAndSet(String key, long expected, Document value) {
            long is = Optional.ofNullable(entries.get(key)).map(Entry::revision).orElse(ABSENT);
            if (faster-- > 0 || is != expected) {
                return Optional.empty();
            }
            entries.put(key, new Entry(is + 1, value));
            return Optional.of(is + 1);
        }

        @Override
        public Watch watch(Watcher watcher) {
            return () -> {};
        }

        @Override
        public void close() {}
    }

    private static PluginDescriptor plugin(String version, String... permissions) {
        return new TestDescriptor() {
            @Override
            public PluginId id() {
                return ID;
            }

            @Override
            public Version version() {
                return new Version(version);
            }

            @Override
            public List<PermissionRequest> permissions() {
                return Stream.of(permissions)
                        .flatMap(text -> Permission.parse(text).stream())
                        .map(one -> new PermissionRequest(one.type(), Set.of(one.action()), one.scope(), "why not"))
                        .toList();
            }
        };
    }

    private Verdict check(TrustLevel level, PluginDescriptor plugin) {
        trusted.put(plugin.version().toString(), new TrustLevels.Trust(level, "p", "k", "dsse"));
        return consents.check(new Candidate() {
            @Override
            public byte[] archive() {
                return new byte[0];
            }

            @Override
            public String sha256() {
                return plugin.version().toString();
            }

            @Override
            public String origin() {
                return "test";
            }

            @Override
            public PluginDescriptor descriptor() {
                return plugin;
            }
        });
    }

    private List<Asked> waiting() {
        return consents.waiting("acme").orElseThrow().asked();
    }

    private static VersionKey key(String version) {
        return new VersionKey("acme", version);
    }

    private static List<Permission> some(String... texts) {
        return Stream.of(texts).flatMap(text -> Permission.parse(text).stream()).toList();
    }

    @Test
    @DisplayName("is needed for each thing, named with its reason; who asks for nothing needs none, nor a registry")
    void needed() {
        Verdict held = check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A", "env.read:B"));

        assertThat(held.kind()).isEqualTo(Verdict.Kind.HOLD);
        assertThat(held.reason()).contains("[env.read:A] (why not), [env.read:B] (why not)");
        assertThat(held.next()).contains("'permission:grant acme --all --version 1.0.0'");
        store.gone = true;
        assertThat(check(TrustLevel.PARTNER, plugin("1.0.0"))).isEqualTo(Verdict.PASSED);
        assertThat(check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A")).kind())
                .isEqualTo(Verdict.Kind.COULD_NOT_RUN);
    }

    @Test
    @DisplayName("does not help a level that may not have it, nor one that is not known")
    void levels() {
        assertThat(check(TrustLevel.UNTRUSTED, plugin("1.0.0", "native.load")).kind())
                .isEqualTo(Verdict.Kind.FAIL);
        trusted.clear();
        assertThat(consents.of(ID, new Version("1.0.0")).list()).isEmpty();
    }

    @Test
    @DisplayName("counts at once, and what is granted is the same object until something changes")
    void counts() {
        check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A", "env.read:B"));
        store.faster = 3;
        consents.grant(key("1.0.0"), waiting(), some("env.read:A", "env.read:B"), "test");
        assertThat(check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A", "env.read:B")))
                .isEqualTo(Verdict.PASSED);

        Permissions granted = consents.of(ID, new Version("1.0.0"));
        assertThat(granted.permits("env", "read", "A")).isTrue();
        assertThat(consents.of(ID, new Version("1.0.0"))).isSameAs(granted);

        consents.revoke(key("1.0.0"), consents.asked(key("1.0.0")).orElseThrow(), some("env.read:A"), "test");
        assertThat(consents.of(ID, new Version("1.0.0")).list()).isEqualTo(some("env.read:B"));
        assertThat(audited)
                .containsExactly("permission.grant acme env.read:A env.read:B", "permission.revoke acme env.read:A");
        assertThat(consents.history("acme")).extracting(Decisions.Step::act).containsExactly("grant", "revoke");
    }

    @Test
    @DisplayName("that cannot be recorded or written does not count")
    void failures() {
        check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A"));
        auditFails.set(true);
        assertThatThrownBy(() -> consents.grant(key("1.0.0"), waiting(), some("env.read:A"), "test"))
                .hasMessageContaining("the disk is full");
        auditFails.set(false);
        store.gone = true;
        assertThatThrownBy(() -> consents.grant(key("1.0.0"), waiting(), some("env.read:A"), "test"))
                .hasMessageContaining("nothing was changed");
        store.gone = false;
        assertThat(check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A")).kind())
                .isEqualTo(Verdict.Kind.HOLD);
        assertThatThrownBy(() -> consents.grant(key("1.0.0"), waiting(), some("env.read:B"), "test"))
                .hasMessageContaining("does not ask for [env.read:B]");
        assertThatThrownBy(() -> consents.revoke(key("1.0.0"), waiting(), some("env.read:B"), "test"))
                .hasMessageContaining("has no permission that [env.read:B] covers");
    }

    @Test
    @DisplayName(
            "is carried to a version that asks for less, not back to what that left out; each version keeps its own")
    void carried() {
        check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A", "env.read:B"));
        consents.grant(key("1.0.0"), waiting(), some("env.read"), "test");
        check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A", "env.read:B"));
        consents.serves(plugin("1.0.0", "env.read:A", "env.read:B"));
        assertThat(check(TrustLevel.PARTNER, plugin("2.0.0", "env.read:A"))).isEqualTo(Verdict.PASSED);
        consents.serves(plugin("2.0.0", "env.read:A"));

        assertThat(consents.of(ID, new Version("2.0.0")).list()).isEqualTo(some("env.read:A"));
        assertThat(check(TrustLevel.PARTNER, plugin("3.0.0", "env.read:A", "env.read:B"))
                        .reason())
                .contains("[env.read:B]")
                .doesNotContain("[env.read:A]");
        assertThat(check(TrustLevel.PARTNER, plugin("1.0.0", "env.read:A", "env.read:B")))
                .isEqualTo(Verdict.PASSED);
        assertThat(consents.of(ID, new Version("1.0.0")).list()).isEqualTo(some("env.read:A", "env.read:B"));
        assertThat(another().history("acme")).extracting(Decisions.Step::act).containsExactly("grant", "carry");
    }

    @Test
    @DisplayName("that changes is told to those who watch, also when another node writes it")
    void watched() throws Exception {
        List<String> told = new ArrayList<>();
        try (AutoCloseable watch = consents.watch(plugin -> {
            told.add(plugin.value());
            throw new IllegalStateException("told once");
        })) {
            consents.changed(Set.of("permission/acme", "acme", "state/acme"));
            assertThat(told).containsExactly("acme");
        }
        consents.changed(Set.of("permission/acme"));
        assertThat(told).hasSize(1);
    }

    @Test
    @DisplayName("is given to all in a recording, in development alone, and what is done then is taken down")
    void recording() {
        List<Permission> done = new ArrayList<>();
        Recording recording = new Recording(true);
        recording.into((plugin, version, act, permitted, layer) -> {
            done.add(act);
            return "";
        });
        recording.begin("acme");
        Permissions all = recording.of(key("1.0.0"), org.sallyport.spi.permission.PermissionSet.NONE);

        assertThat(all.permits("file", "read", "/etc/passwd")).isTrue();
        assertThat(all.permits("no", "such", "thing")).isFalse();
        assertThat(done).containsExactly(new Permission("file", "read", "/etc/passwd"));
        recording.end("acme");
        assertThat(recording.of(key("1.0.0"), org.sallyport.spi.permission.PermissionSet.NONE))
                .isSameAs(org.sallyport.spi.permission.PermissionSet.NONE);
        assertThatThrownBy(() -> new Recording(false).begin("acme")).hasMessageContaining("--dev");
    }
}
