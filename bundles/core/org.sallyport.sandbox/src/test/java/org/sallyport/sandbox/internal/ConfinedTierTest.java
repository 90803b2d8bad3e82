package org.sallyport.sandbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.sandbox.internal.budget.Limits;
import org.sallyport.sandbox.internal.budget.ThreadMeters;
import org.sallyport.sandbox.internal.budget.Watchdog;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;
import org.sallyport.spi.sandbox.Guard;
import org.sallyport.spi.sandbox.ThreadDomain;
import org.sallyport.spi.sandbox.Tier;

@DisplayName("The confined tier")
class ConfinedTierTest {
    private final AtomicReference<@Nullable Guard> guard = new AtomicReference<>(new Double(true));
    private final List<String> records = new ArrayList<>();
    private final List<Permission> granted = new ArrayList<>();
    private final PermissionUse use = (plugin, version, act, permitted, layer) -> {
        records.add(plugin + " " + version + " " + act + " " + permitted + " " + layer);
        return "denied";
    };
    private final ConfinedTier tier = new ConfinedTier(
            guard::get,
            () -> (plugin, version) -> permissions(),
            new Refusals(() -> use),
            () -> Limits.DEFAULT,
            plugin -> Optional.empty(),
            new Watchdog(new ThreadMeters(), (entrance, why) -> {}));

    private Permissions permissions() {
        return new Permissions() {
            @Override
            public boolean permits(String type, String action, String target) {
                return false;
            }

            @Override
            public List<Permission> list() {
                return granted;
            }
        };
    }

    /** The agent's place, with no agent behind it. */
    private static final class Double implements Guard {
        private final boolean arms;
        private boolean armed;
        final List<String> confined = new ArrayList<>();

        Double(boolean arms) {
            this.arms = arms;
        }

        @Override
        public Status status() {
            return new Status(armed, armed ? "" : "no agent", 17, "", List.of(), List.of());
        }

        @Override
        public Status arm() {
            armed = arms;
            return status();
        }

        @Override
        public ThreadDomain confine(Bundle bundle, PluginId plugin, Version version, Permissions permissions) {
            confined.add(plugin + " " + version);
            return new Confined.Name(plugin.value());
        }

        @Override
        public ThreadDomain host() {
            return new Confined.Name("host");
        }
    }

    static Candidate candidate(byte[] jar, PermissionRequest... asked) {
        PluginDescriptor descriptor = (PluginDescriptor) Proxy.newProxyInstance(
                ConfinedTierTest.class.getClassLoader(),
                new Class<?>[] {PluginDescriptor.class},
                (proxy, method, none) -> switch (method.getName()) {
                    case "id" -> new PluginId("polite");
                    case "version" -> new Version(1, 2, 3);
                    case "permissions" -> List.of(asked);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return new Candidate() {
            @Override
            public byte[] archive() {
                return jar;
            }

            @Override
            public String sha256() {
                return WovenArchive.digest(jar);
            }

            @Override
            public String origin() {
                return "test";
            }

            @Override
            public PluginDescriptor descriptor() {
                return descriptor;
            }
        };
    }

    @Test
    @DisplayName("takes a plugin of any level whose classes use what is open")
    void accepts() {
        byte[] jar = Compiled.of("int x() { return \"a\".length(); }").jar();

        assertThat(tier.tier()).isEqualTo(Tier.CONFINED);
        for (TrustLevel level : TrustLevel.values()) {
            assertThat(tier.accepts(candidate(jar), level)).isEqualTo(Verdict.PASSED);
        }
        assertThat(records).isEmpty();
    }

    @Test
    @DisplayName("is closed without a guard, and with one that does not arm, and says why")
    void closed() {
        byte[] jar = Compiled.of("").jar();
        guard.set(null);
        Verdict none = tier.accepts(candidate(jar), TrustLevel.UNTRUSTED);
        guard.set(new Double(false));
        Verdict unarmed = tier.accepts(candidate(jar), TrustLevel.INTERNAL);

        assertThat(none.kind()).isEqualTo(Verdict.Kind.COULD_NOT_RUN);
        assertThat(none.reason()).contains("this process has no guard");
        assertThat(none.next()).contains("java -jar");
        assertThat(unarmed.kind()).isEqualTo(Verdict.Kind.COULD_NOT_RUN);
        assertThat(unarmed.reason()).contains("is not armed: no agent");
    }

    @Test
    @DisplayName("does not arm the guard for what it refuses anyway")
    void quiet() {
        tier.accepts(candidate(Compiled.of("void x() { System.exit(0); }").jar()), TrustLevel.INTERNAL);

        assertThat(guard.get().status().armed()).isFalse();
    }

    @Test
    @DisplayName("names class, method, member and the command that would open it, and has the denial counted once")
    void openable() {
        byte[] jar = Compiled.of(
                        "Object x() { return System.getenv(\"PATH\"); } Object y() { return System.getenv(); }")
                .jar();
        Verdict verdict = tier.accepts(candidate(jar), TrustLevel.PARTNER);

        assertThat(verdict.kind()).isEqualTo(Verdict.Kind.FAIL);
        assertThat(verdict.reason())
                .startsWith("the verifier refuses it: its class [test.P.x] uses [java.lang.System.getenv]");
        assertThat(verdict.next())
                .isEqualTo(
                        "If it is to do that, its manifest has to ask for it, and 'permission:grant polite env.read' to agree");
        assertThat(records).containsExactly("polite 1.2.3 env.read false verifier");

        PermissionRequest asked = new PermissionRequest("env", Set.of("read"), "PATH", "");
        assertThat(tier.accepts(candidate(jar, asked), TrustLevel.PARTNER)).isEqualTo(Verdict.PASSED);
        PermissionRequest nonsense = new PermissionRequest("envv", Set.of("read"), "PATH", "");
        assertThat(tier.accepts(candidate(jar, nonsense), TrustLevel.PARTNER).kind())
                .isEqualTo(Verdict.Kind.FAIL);
    }

    @Test
    @DisplayName("says of what no permission opens where it could run")
    void never() {
        Verdict verdict = tier.accepts(
                candidate(Compiled.of("void x() { System.exit(0); System.getenv(); }")
                        .jar()),
                TrustLevel.INTERNAL);

        assertThat(verdict.next()).contains("[worker]");
        assertThat(records).isEmpty();
    }

    @Test
    @DisplayName("refuses what cannot be read as a class")
    void damaged() {
        Verdict verdict = tier.accepts(
                candidate(Compiled.empty()
                        .entry("a/B.class", new byte[] {1, 2, 3})
                        .jar()),
                TrustLevel.INTERNAL);

        assertThat(verdict.reason()).contains("its entry [a/B.class] is no class file, or a damaged one");
    }

    @Test
    @DisplayName("puts the meter where classes are looked for, and leaves the rest as it is")
    void body() {
        byte[] plain = Compiled.of("").entry("some/text.txt", new byte[] {7}).jar();
        byte[] nested = Compiled.empty()
                .entry("lib/x.jar", Compiled.zip(Compiled.of("").classes()))
                .header("Bundle-ClassPath", "lib/x.jar")
                .jar();
        byte[] folder = Compiled.empty()
                .entry("classes/test/P.class", Compiled.of("").classes().get("test/P.class"))
                .header("Bundle-ClassPath", "classes/")
                .jar();
        String meter = "org/sallyport/sandbox/woven/Meter.class";

        Map<String, byte[]> one = Confined.read(tier.body(candidate(plain)));
        assertThat(one).containsKeys(meter, "META-INF/MANIFEST.MF", "test/P.class");
        assertThat(one.get("some/text.txt")).containsExactly(7);
        assertThat(Confined.read(Confined.read(tier.body(candidate(nested))).get("lib/x.jar")))
                .containsKeys(meter, "test/P.class");
        assertThat(Confined.read(tier.body(candidate(folder)))).containsKey("classes/" + meter);
    }
}
