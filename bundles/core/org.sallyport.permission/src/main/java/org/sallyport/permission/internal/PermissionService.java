package org.sallyport.permission.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.permission.Consent;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.registry.RegistryStore;
import org.sallyport.spi.trust.TrustLevels;

/** The gate {@code permission}, what is granted, and what is used of it. As a consumer of plugins it sees which version serves. */
@Component(
        immediate = true,
        service = {
            AdmissionGate.class,
            Grants.class,
            Consent.class,
            PermissionUse.class,
            PluginConsumer.class,
            PermissionService.class
        })
public final class PermissionService implements AdmissionGate, Grants, Consent, PermissionUse, PluginConsumer {
    /** How often the audit is told of denials that repeat. */
    private static final Duration REPEATS = Duration.ofHours(1);

    final Consents consents;
    final UseBook book;
    final Recording recording;
    private final Path home;
    private final RegistryStore.Watch watch;
    private volatile @Nullable PluginSet inService;

    /** Reads the framework properties. */
    @Activate
    public PermissionService(
            BundleContext context,
            @Reference RegistryStore store,
            @Reference TrustLevels levels,
            @Reference LifecycleAudit audit) {
        String folder = context.getProperty("sallyport.home");
        if (folder == null) {
            throw new IllegalStateException(
                    "Plugins have no folders: the launcher has to set the framework property [sallyport.home]");
        }
        home = Path.of(folder);
        recording = new Recording(Boolean.parseBoolean(context.getProperty("sallyport.dev")));
        consents = new Consents(new DecisionStore(store), levels, audit, this::places, recording, Clock.systemUTC());
        book = new UseBook(audit, consents::asked, this::serving, REPEATS);
        recording.into(book);
        watch = store.watch(consents::changed);
    }

    @Deactivate
    void deactivate() {
        watch.close();
        book.close();
    }

    Places places(PluginId plugin) {
        return Places.of(home, plugin);
    }

    @Override
    public String name() {
        return "permission";
    }

    @Override
    public Verdict check(Candidate candidate) {
        return consents.check(candidate);
    }

    @Override
    public Permissions of(PluginId plugin, Version version) {
        return consents.of(plugin, version);
    }

    @Override
    public AutoCloseable watch(Watcher watcher) {
        return consents.watch(watcher);
    }

    @Override
    public void toAll(PluginDescriptor version, String how) {
        var asked = PermissionRequests.of(version.permissions());
        consents.grant(
                Consents.key(version),
                asked,
                asked.stream().map(PermissionRequests.Asked::permission).toList(),
                how);
    }

    @Override
    public String report(PluginId plugin, Version version, Permission act, boolean permitted, String layer) {
        return book.report(plugin, version, act, permitted, layer);
    }

    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        inService = next;
        next.plugins().forEach(consents::serves);
        return CompletableFuture.completedFuture(null);
    }

    private Set<VersionKey> serving() {
        PluginSet now = inService;
        return now == null
                ? Set.of()
                : now.plugins().stream().map(Consents::key).collect(Collectors.toSet());
    }
}
