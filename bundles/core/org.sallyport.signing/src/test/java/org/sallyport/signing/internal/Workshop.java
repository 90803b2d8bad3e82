package org.sallyport.signing.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.format.Envelope;
import org.sallyport.signing.internal.format.Statement;
import org.sallyport.signing.internal.keys.OwnKeys;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.plugin.PluginDescriptor;

/** A home with keys at a fixed time, and plugins as far as signatures look at them. */
final class Workshop {
    static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

    final Path keys;
    SigningComponent signing;

    Workshop(Path keys) {
        this(keys, false);
    }

    Workshop(Path keys, boolean development) {
        this.keys = keys;
        signing = component(development);
    }

    SigningComponent component(boolean development) {
        return new SigningComponent(keys, "{}", development, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** Somebody with a key. */
    record Author(KeyPair pair, TrustedKey key) {
        static Author create() {
            try {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                return new Author(
                        pair,
                        TrustedKey.of(TrustedKey.Kind.ED25519, pair.getPublic().getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        Author valid(String from, String to) {
            return new Author(
                    pair,
                    new TrustedKey(
                            key.id(),
                            key.kind(),
                            key.encoded(),
                            Optional.ofNullable(from).map(Instant::parse),
                            Optional.ofNullable(to).map(Instant::parse)));
        }

        byte[] sign(Statement statement) {
            try {
                return SignFolder.sign(statement, key, pair.getPrivate())
                        .write()
                        .getBytes(StandardCharsets.UTF_8);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        Envelope.Signed over(byte[] payload) {
            try {
                return new Envelope.Signed(
                        key.id(), OwnKeys.ed25519(pair.getPrivate(), Envelope.encode(Statement.TYPE, payload)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Trusts an author for all plugins, like the host's own. */
    Workshop trusts(String publisher, Author author) {
        return trusts(publisher, TrustLevel.INTERNAL, List.of("*"), author);
    }

    Workshop trusts(String publisher, TrustLevel level, List<String> plugins, Author author) {
        try {
            signing.trust.change(
                    set -> set.with(Optional.ofNullable(set.publishers().get(publisher))
                            .orElse(new Publisher(publisher, level, plugins, Map.of()))
                            .with(author.key())));
            return this;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A plugin. */
    record Plugin(
            byte[] archive,
            String sha256,
            String name,
            String number,
            List<PluginDescriptor.PermissionRequest> permissions,
            TrustLevel trustLevel,
            boolean returning)
            implements Candidate, PluginDescriptor {
        static Plugin of(String id, String version) {
            return of(
                    id,
                    version,
                    Map.of("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n\n", "a/X.class", id + version));
        }

        static Plugin of(String id, String version, Map<String, String> entries) {
            return of(id, version, zip(entries));
        }

        static Plugin of(String id, String version, byte[] archive) {
            return new Plugin(archive, TrustedKey.sha256(archive), id, version, List.of(), TrustLevel.INTERNAL, false);
        }

        Plugin asking(PermissionRequest... asked) {
            return new Plugin(archive, sha256, name, number, List.of(asked), trustLevel, returning);
        }

        Plugin wanting(TrustLevel level) {
            return new Plugin(archive, sha256, name, number, permissions, level, returning);
        }

        Plugin fromStore() {
            return new Plugin(archive, sha256, name, number, permissions, trustLevel, true);
        }

        Statement statement(Author author) {
            return statement(author, NOW);
        }

        Statement statement(Author author, Instant signed) {
            return new Statement(
                    name,
                    number,
                    sha256,
                    permissions.stream().map(Statement::permission).toList(),
                    "",
                    signed,
                    author.key().encoded());
        }

        @Override
        public String origin() {
            return "test";
        }

        @Override
        public PluginDescriptor descriptor() {
            return this;
        }

        @Override
        public PluginId id() {
            return new PluginId(name);
        }

        @Override
        public Version version() {
            return Version.parseVersion(number);
        }

        @Override
        public String symbolicName() {
            return "test." + name;
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public String author() {
            return "";
        }

        @Override
        public String licence() {
            return "";
        }

        @Override
        public String homepage() {
            return "";
        }

        @Override
        public Set<String> keywords() {
            return Set.of();
        }

        @Override
        public Set<String> capabilities() {
            return Set.of();
        }

        @Override
        public Set<String> types() {
            return Set.of();
        }

        @Override
        public Set<String> aliases() {
            return Set.of();
        }

        @Override
        public Version minHostVersion() {
            return Version.emptyVersion;
        }

        @Override
        public Set<String> requiredFeatures() {
            return Set.of();
        }

        @Override
        public DisplayScope displayScope() {
            return DisplayScope.GLOBAL;
        }

        @Override
        public Set<String> compatibleServers() {
            return Set.of();
        }

        @Override
        public boolean eager() {
            return false;
        }
    }

    /** An archive, its manifest first. */
    static byte[] zip(Map<String, String> entries) {
        Map<String, String> ordered = new LinkedHashMap<>();
        ordered.put("META-INF/MANIFEST.MF", entries.getOrDefault("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n\n"));
        new java.util.TreeMap<>(entries).forEach(ordered::putIfAbsent);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> entry : ordered.entrySet()) {
                ZipEntry named = new ZipEntry(entry.getKey());
                named.setTime(0);
                zip.putNextEntry(named);
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What the gate says of a plugin with these signatures beside it. */
    Verdict check(Plugin plugin, byte[]... signatures) {
        for (byte[] signature : signatures) {
            signing.offer(plugin.sha256(), signature);
        }
        return signing.check(plugin);
    }

    /** Why it may not pass; empty if it may. */
    String refusal(Plugin plugin, byte[]... signatures) {
        Verdict verdict = check(plugin, signatures);
        return verdict.kind() == Verdict.Kind.PASS ? "" : verdict.reason();
    }

    /** A plugin came into service. */
    void serves(Plugin... plugins) {
        signing.switchTo(new Served(List.of(plugins)));
    }

    private record Served(List<Plugin> all) implements org.sallyport.spi.plugin.PluginSet {
        @Override
        public long generation() {
            return 1;
        }

        @Override
        public List<PluginDescriptor> plugins() {
            return List.copyOf(all);
        }

        @Override
        public <T> List<org.sallyport.spi.plugin.Contribution<T>> contributions(Class<T> contract) {
            return List.of();
        }

        @Override
        public Optional<PluginDescriptor> find(String idOrAlias) {
            return Optional.empty();
        }
    }
}
