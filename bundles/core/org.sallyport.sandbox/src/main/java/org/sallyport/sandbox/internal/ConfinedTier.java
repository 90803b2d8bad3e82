package org.sallyport.sandbox.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.sandbox.internal.Judge.Opinion;
import org.sallyport.sandbox.internal.budget.Entrance;
import org.sallyport.sandbox.internal.budget.Limits;
import org.sallyport.sandbox.internal.budget.Watchdog;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.sandbox.DiskQuota;
import org.sallyport.spi.sandbox.Guard;
import org.sallyport.spi.sandbox.ThreadDomain;
import org.sallyport.spi.sandbox.Tier;
import org.sallyport.spi.sandbox.TierProvider;

/**
 * The tier {@link Tier#CONFINED}: plugins in the host's process whose classes passed the verifier, were woven, and whose threads the
 * guard knows. Thread-safe.
 */
final class ConfinedTier implements TierProvider {
    /** Most archives that were woven and are not installed yet. */
    private static final int WAITING = 64;

    private static final Permissions NOTHING = new Permissions() {
        @Override
        public boolean permits(String type, String action, String target) {
            return false;
        }

        @Override
        public List<Permission> list() {
            return List.of();
        }
    };

    private final Judge judge = new Judge();
    private final Supplier<@Nullable Guard> guard;
    private final Supplier<@Nullable Grants> grants;
    private final Refusals refusals;
    private final Supplier<Limits> limits;
    private final Function<PluginId, Optional<DiskQuota>> quota;
    private final Watchdog watchdog;
    private final Map<Long, Armed> byBundle = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> woven = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
            return size() > WAITING;
        }
    });

    ConfinedTier(
            Supplier<@Nullable Guard> guard,
            Supplier<@Nullable Grants> grants,
            Refusals refusals,
            Supplier<Limits> limits,
            Function<PluginId, Optional<DiskQuota>> quota,
            Watchdog watchdog) {
        this.guard = guard;
        this.grants = grants;
        this.refusals = refusals;
        this.limits = limits;
        this.quota = quota;
        this.watchdog = watchdog;
    }

    @Override
    public Tier tier() {
        return Tier.CONFINED;
    }

    @Override
    public Verdict accepts(Candidate candidate, TrustLevel level) {
        Guard there = guard.get();
        if (there == null) {
            return Verdict.couldNotRun(
                    "nothing here checks what it does while it runs: this process has no guard",
                    "Start Sallyport by 'java -jar', which brings the agent along");
        }
        PluginDescriptor plugin = candidate.descriptor();
        List<Permission> asked;
        try {
            // It is let in when all of that is granted; what is taken back later, the guard holds it to.
            asked = PermissionRequests.of(plugin.permissions()).stream()
                    .map(PermissionRequests.Asked::permission)
                    .toList();
        } catch (IllegalArgumentException e) {
            return Verdict.fail(String.valueOf(e.getMessage()), "Have its manifest ask for permissions that there are");
        }
        Opinion opinion = judge.judge(candidate.archive(), candidate.sha256(), asked);
        if (!opinion.reason().isEmpty()) {
            return refusals.refuse(plugin, opinion);
        }
        // At last, as it costs time once, and nothing takes it back.
        Guard.Status status = there.arm();
        return status.armed()
                ? Verdict.PASSED
                : Verdict.couldNotRun(
                        "the guard, which would check what it does while it runs, is not armed: " + status.cause(),
                        "See that Sallyport is started by 'java -jar' on a Java that it knows");
    }

    private Permissions granted(PluginId plugin, Version version) {
        Grants there = grants.get();
        return there == null ? NOTHING : there.of(plugin, version);
    }

    /** What a plugin may do was changed: that holds for its next act. */
    void granted(PluginId plugin) {
        byBundle.values().stream()
                .filter(armed -> armed.entrance().plugin().equals(plugin.value()))
                .forEach(armed ->
                        armed.permissions(granted(plugin, armed.entrance().version())));
    }

    @Override
    public byte[] body(Candidate candidate) {
        WovenArchive made = judge.weave(candidate.archive());
        woven.put(candidate.sha256(), made.digests());
        return made.bytes();
    }

    @Override
    public void installed(Bundle bundle, Candidate candidate) {
        Guard there = guard.get();
        Set<String> digests = woven.remove(candidate.sha256());
        if (there == null || digests == null) {
            throw new IllegalStateException("Plugin [" + candidate.descriptor().id()
                    + "] cannot be confined any more: the guard is gone, or it was not woven");
        }
        PluginDescriptor plugin = candidate.descriptor();
        ThreadDomain domain =
                there.confine(bundle, plugin.id(), plugin.version(), granted(plugin.id(), plugin.version()));
        quota.apply(plugin.id()).ifPresent(domain::limit);
        byBundle.put(
                bundle.getBundleId(),
                new Armed(
                        digests,
                        new Entrance(
                                plugin.id().value(), plugin.version(), limits.get(), domain, there.host(), watchdog),
                        domain,
                        watchdog));
    }

    /** The confined bundle of that id, if it is one. */
    Optional<Armed> of(long bundle) {
        return Optional.ofNullable(byBundle.get(bundle));
    }

    @Override
    public void stopping(Bundle bundle) {
        Armed gone = byBundle.remove(bundle.getBundleId());
        if (gone != null) {
            gone.disarm();
        }
    }
}
