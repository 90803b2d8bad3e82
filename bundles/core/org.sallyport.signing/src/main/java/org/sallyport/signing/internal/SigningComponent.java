package org.sallyport.signing.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.keys.OwnKeys;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustFile;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.trust.DetachedForm;
import org.sallyport.spi.trust.Evidence;
import org.sallyport.spi.trust.TrustLevels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate {@code signature}, and what is known of those that passed it. As a consumer of plugins it sees which versions
 * come into service, and writes them down.
 */
@Component(
        immediate = true,
        service = {AdmissionGate.class, Evidence.class, TrustLevels.class, PluginConsumer.class, SigningComponent.class
        })
public final class SigningComponent implements AdmissionGate, Evidence, TrustLevels, PluginConsumer {
    private static final Logger log = LoggerFactory.getLogger(SigningComponent.class);

    /** Most checked archives that are remembered; beyond, all are forgotten, and the ledger says what it knows. */
    private static final int MAX_KNOWN = 100_000;

    final TrustFile trust;
    final OwnKeys own;
    final Ledger ledger;
    final EvidenceStore evidence;
    final SignatureCheck check;
    private final boolean development;
    final Clock clock;
    private final Map<String, Trust> byVersion = new ConcurrentHashMap<>();
    private final Map<String, Trust> byDigest = new ConcurrentHashMap<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable DetachedForm detached;

    /** What serves and was written down. Used by one switch after the other. */
    private volatile Map<String, Noted> noted = Map.of();

    /** Reads the framework properties; the files are read when they are needed. */
    @Activate
    public SigningComponent(BundleContext context) {
        this(
                Path.of(required(context, "sallyport.home")).resolve("keys"),
                Optional.ofNullable(context.getProperty("sallyport.trust.shipped"))
                        .orElse("{}"),
                Boolean.parseBoolean(context.getProperty("sallyport.dev")),
                Clock.systemUTC());
    }

    SigningComponent(Path keys, String shipped, boolean development, Clock clock) {
        trust = new TrustFile(keys.resolve("trust.json"), shipped);
        own = new OwnKeys(keys.resolve("own"));
        ledger = new Ledger(keys.resolve("ledger.json"));
        evidence = new EvidenceStore(keys.resolve("evidence"), System::nanoTime);
        this.development = development;
        this.clock = clock;
        check = new SignatureCheck(trust, own, ledger, evidence, development, clock, this::detached);
    }

    /** What reads signatures of OpenPGP, if that is here. */
    Optional<DetachedForm> detached() {
        return Optional.ofNullable(detached);
    }

    private static String required(BundleContext context, String property) {
        String value = context.getProperty(property);
        if (value == null) {
            throw new IllegalStateException(
                    "The keys have no place: the launcher has to set the framework property [" + property + "]");
        }
        return value;
    }

    @Override
    public String name() {
        return "signature";
    }

    @Override
    public Verdict check(Candidate candidate) {
        try {
            SignatureCheck.Passed passed = check.check(candidate);
            byte[] signature = passed.signature();
            if (signature != null) {
                evidence.accept(candidate.sha256(), signature);
            }
            PluginDescriptor said = candidate.descriptor();
            if (byDigest.size() >= MAX_KNOWN) {
                byDigest.clear();
                byVersion.clear();
            }
            byDigest.put(candidate.sha256(), passed.trust());
            byVersion.put(key(said.id().value(), said.version().toString()), passed.trust());
            return Verdict.PASSED;
        } catch (SignatureException e) {
            return Verdict.fail(String.valueOf(e.getMessage()), e.next());
        } catch (TrustException e) {
            return Verdict.couldNotRun(
                    String.valueOf(e.getMessage()),
                    "Mend the file, or put back its last good copy, then offer it again");
        } catch (IOException e) {
            return Verdict.couldNotRun(
                    "its signature could not be kept: " + e, "See that [keys] in the home folder can be written");
        }
    }

    @Override
    public void retain(Set<String> archives) throws IOException {
        evidence.retain(archives);
    }

    /** What would be said of an archive with these signatures beside it; nothing is kept. */
    Trust look(Candidate candidate, List<byte[]> signatures) throws SignatureException, TrustException {
        EvidenceStore alone = new EvidenceStore(null, System::nanoTime);
        signatures.forEach(one -> alone.offer(candidate.sha256(), one));
        return new SignatureCheck(trust, own, ledger, alone, development, clock, this::detached)
                .check(candidate)
                .trust();
    }

    @Override
    public Optional<Trust> ofArchive(String sha256) {
        return Optional.ofNullable(byDigest.get(sha256));
    }

    /** Whether a plugin, or a version beside its main one, is that archive or was let in by that key. */
    boolean restsOn(PluginStatus plugin, String what) {
        // The status of a version beside the main one has a name of its own; it was signed for the plugin.
        String id = plugin.descriptor().map(said -> said.id().value()).orElse(plugin.id());
        return plugin.sha256().equals(what)
                || of(id, plugin.version())
                        .filter(trust -> trust.key().equals(what))
                        .isPresent();
    }

    private static String key(String plugin, String version) {
        return plugin + " " + version;
    }

    @Override
    public void offer(String sha256, byte[] signature) {
        evidence.offer(sha256, signature);
    }

    @Override
    public Optional<Trust> of(String plugin, String version) {
        Trust checked = byVersion.get(key(plugin, version));
        if (checked != null) {
            return Optional.of(checked);
        }
        try {
            return ledger.of(plugin)
                    .filter(entry -> entry.highest().toString().equals(version))
                    .map(entry -> entry.trust().agreeing(agreed(entry.trust())));
        } catch (TrustException e) {
            return Optional.empty();
        }
    }

    private List<Permission> agreed(Trust known) {
        try {
            TrustSet now = trust.get();
            Publisher publisher = now.publishers().get(known.publisher());
            return publisher == null ? List.of() : now.agreed(publisher, known.level());
        } catch (TrustException e) {
            return List.of();
        }
    }

    /** Writes down what came into service. What an operator set back stays so while that version goes on to serve. */
    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        Map<String, Noted> serving = new HashMap<>();
        for (PluginDescriptor plugin : next.plugins()) {
            String id = plugin.id().value();
            Trust passed = byVersion.get(key(id, plugin.version().toString()));
            if (passed != null) {
                Noted now = new Noted(plugin.version(), passed);
                try {
                    if (!now.equals(noted.get(id))) {
                        // What is agreed to is looked up each time: it is no property of what was signed.
                        ledger.inService(id, plugin.version(), passed.agreeing(List.of()));
                    }
                    serving.put(id, now);
                } catch (TrustException e) {
                    // From now on the ledger refuses: nothing new comes in until it can be written.
                    log.error("Plugin [{}] is in service and was not written down. {}", plugin.id(), e.getMessage());
                }
            }
        }
        noted = serving;
        return CompletableFuture.completedFuture(null);
    }

    private record Noted(Version version, Trust trust) {}
}
