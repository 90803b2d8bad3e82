package org.sallyport.worker.internal.child;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.DiskQuota;
import org.sallyport.spi.sandbox.Guard;
import org.sallyport.spi.sandbox.ThreadDomain;
import org.sallyport.worker.internal.wire.HostUse;

/**
 * The same guard as in the host, in this process: it says no before the jail would, by a sentence, and the host records it. Denials
 * are told by a thread of its own, since the one that was denied may be in the middle of anything.
 */
final class ChildGuard implements PermissionUse {
    /** Made by name: it is the launcher's, and lies on the class path if there is an agent. */
    private static final String GUARD = "org.sallyport.launcher.internal.guard.RuntimeGuard";

    /** Most acts that wait to be told; a denial that finds no place is one all the same. */
    private static final int MAX_WAITING = 1_000;

    /** How long one that is denied waits for the host's sentence. */
    private static final long SENTENCE_MILLIS = 2_000;

    private final BlockingQueue<Told> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private @Nullable Guard guard;
    private String cause = "";
    private volatile @Nullable HostUse host;
    private volatile @Nullable ThreadDomain domain;
    private volatile @Nullable ChildRights rights;
    private volatile @Nullable Permissions permissions;

    private ChildGuard() {}

    /** An act, and what the host says of it. */
    private record Told(Permission act, boolean permitted, CompletableFuture<String> sentence) {}

    /** @param agent whether this process has an agent; without one nothing is guarded */
    static ChildGuard arm(boolean agent) {
        ChildGuard made = new ChildGuard();
        if (!agent) {
            made.cause = "it was started without an agent";
            return made;
        }
        try {
            Supplier<PermissionUse> use = () -> made;
            Guard guard = (Guard)
                    // Nothing was woven here, so who calls has to be looked for.
                    Class.forName(GUARD)
                            .getConstructor(Supplier.class, boolean.class)
                            .newInstance(use, false);
            Guard.Status status = guard.arm();
            made.cause = status.cause();
            made.guard = status.armed() ? guard : null;
        } catch (ReflectiveOperationException | LinkageError e) {
            made.cause = "the guard was not armed: " + e;
        }
        return made;
    }

    /** Why nothing is guarded; empty if it is. */
    String cause() {
        return cause;
    }

    /** Tells the host from now on. @param begin called first by the thread that does */
    void report(Runnable begin) {
        Thread thread = new Thread(
                () -> {
                    begin.run();
                    try {
                        while (true) {
                            tell(waiting.take());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "guard");
        thread.setDaemon(true);
        thread.start();
    }

    private void tell(Told told) {
        HostUse to = host;
        String sentence = "";
        try {
            sentence =
                    to == null ? "" : to.report(told.act.type(), told.act.action(), told.act.scope(), told.permitted);
        } catch (RuntimeException e) {
            // Denied it is.
        } finally {
            told.sentence.complete(sentence);
        }
    }

    /** Holds the plugin to its permissions, before its first class is loaded. */
    void confine(
            Bundle bundle,
            PluginId plugin,
            String version,
            ChildRights here,
            List<String> granted,
            DiskQuota quota,
            HostUse use) {
        host = use;
        rights = here;
        Guard armed = guard;
        if (armed != null) {
            Permissions now = here.of(granted);
            permissions = now;
            ThreadDomain confined = armed.confine(bundle, plugin, Version.parseVersion(version), now);
            confined.limit(quota);
            domain = confined;
        }
    }

    /** What the plugin may do; none if nothing holds it to that. */
    Optional<Permissions> permissions() {
        return Optional.ofNullable(permissions);
    }

    /** It may do this from now on. */
    void granted(List<String> granted) {
        ThreadDomain known = domain;
        ChildRights here = rights;
        if (known != null && here != null) {
            Permissions now = here.of(granted);
            permissions = now;
            known.permissions(now);
        }
    }

    @Override
    public String report(PluginId plugin, Version version, Permission act, boolean permitted, String layer) {
        ChildRights here = rights;
        // The guard's own test, before there is a plugin; and what each plugin does by way of its worker.
        if (here == null || here.isOwn(act)) {
            return "";
        }
        Told told = new Told(act, permitted, new CompletableFuture<>());
        if (!waiting.offer(told) || permitted) {
            return "";
        }
        try {
            return told.sentence.get(SENTENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }
}
