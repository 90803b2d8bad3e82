package org.sallyport.admission.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.archive.Wires;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/**
 * What is known of one plugin. Operations on it run one after the other under {@link #operation}; what is shown of it is
 * one volatile value, so that lists never wait for an operation.
 */
final class Slot {
    /** Shared, as there may be thousands of plugins that sleep and were never replaced. */
    private static final CompletableFuture<?> NONE_RETIRING = CompletableFuture.completedFuture(null);

    /** What it is called: the plugin's id, or {@code ID@VERSION} beside the main version. */
    final String id;

    /** The main version's; itself if it is that. */
    final Slot main;

    final ReentrantLock operation = new ReentrantLock();

    /** The revision in service. Written under {@link #operation}. */
    volatile @Nullable Revision current;

    /** What stands in for it while it sleeps. Written under {@link #operation}. */
    volatile @Nullable Sleeper asleep;

    /** Set while the version in service is watched. Written under {@link #operation}. */
    volatile @Nullable Probation probation;

    /** Whether another plugin or bundle that comes may mend it. Written under {@link #operation}. */
    volatile boolean waits;

    /** Whether something came since the last attempt to bring it in began that may mend it. */
    volatile boolean woken;

    /** Those that use it and were replaced by themselves when it was replaced last. Written under {@link #operation}. */
    volatile List<String> rewired = List.of();

    /** The last failure that was reported while it was in service; empty if there was none. */
    volatile String fault = "";

    /** Why a version waits to take the place of this one, and what to do about it; empty if none does. */
    volatile String waiting = "";

    /** Completes when all versions that were replaced so far are gone or LEAKED. Written under {@link #operation}. */
    volatile CompletableFuture<?> retiring = NONE_RETIRING;

    private volatile Set<String> leaked = Set.of();

    private final Consumer<Slot> watcher;
    private volatile Shown shown;

    /** @param watcher told after each change of what is shown, one change after the other */
    Slot(String id, Consumer<Slot> watcher) {
        this(id, null, watcher);
    }

    /** @param main the main version's; null if it is that */
    Slot(String id, @Nullable Slot main, Consumer<Slot> watcher) {
        this.id = id;
        this.main = main == null ? this : main;
        this.watcher = watcher;
        shown = new Shown(PluginState.DISCOVERED, "", "", Instant.now(), Optional.empty(), Optional.empty());
    }

    private record Shown(
            PluginState state,
            String cause,
            String next,
            Instant since,
            Optional<Desired> desired,
            Optional<PluginDescriptor> descriptor) {}

    /** Does something while no other operation runs on this plugin. */
    void exclusively(Runnable work) {
        operation.lock();
        try {
            work.run();
        } finally {
            operation.unlock();
        }
    }

    /** The same, and returns what is shown then. */
    PluginStatus after(Runnable work) {
        operation.lock();
        try {
            work.run();
            return status();
        } finally {
            operation.unlock();
        }
    }

    /** Versions that were replaced or removed and still hold a thread. */
    Set<String> leaked() {
        return leaked;
    }

    /** Notes that a version still holds a thread; whether that is new. */
    synchronized boolean leaks(String version) {
        Set<String> more = new TreeSet<>(leaked);
        boolean isNew = more.add(version);
        leaked = Set.copyOf(more);
        return isNew;
    }

    /** Notes that a version holds no thread any more. */
    synchronized void leaksNoMore(String version) {
        Set<String> less = new TreeSet<>(leaked);
        less.remove(version);
        leaked = Set.copyOf(less);
    }

    /** Whether calls reach a version of it, be it by waking it. */
    boolean isServing() {
        return current != null || asleep != null;
    }

    /** Whether these bytes are in service. */
    boolean serves(String sha256) {
        Revision running = current;
        Sleeper sleeping = asleep;
        return running != null && running.sha256.equals(sha256) || sleeping != null && sleeping.sha256.equals(sha256);
    }

    /** The version that calls reach; empty if none. */
    String servingVersion() {
        Revision running = current;
        Sleeper sleeping = asleep;
        return running != null
                ? running.version()
                : sleeping != null ? sleeping.plugin.descriptor().version().toString() : "";
    }

    /** Nobody stands in any more: callers that wait go on to what took its place, if anything did. */
    void endSleep(@Nullable Revision next) {
        Sleeper sleeping = asleep;
        asleep = null;
        if (sleeping != null) {
            sleeping.end(next);
        }
    }

    PluginState state() {
        return shown.state;
    }

    String cause() {
        return shown.cause;
    }

    String next() {
        return shown.next;
    }

    Instant since() {
        return shown.since;
    }

    Optional<Desired> desired() {
        return shown.desired;
    }

    /** Whether it is a version beside the main one. */
    boolean isBeside() {
        return main != this;
    }

    /** The plugin's id. */
    String plugin() {
        return main.id;
    }

    /** How far a version is: as an operator marked it, else as it says itself. */
    Stage stage(PluginDescriptor version) {
        return main.desired()
                .flatMap(known -> known.mark(version.version().toString()))
                .orElse(version.stage());
    }

    /** Its part of a set with a version that serves. */
    ServiceSet.Published published(PluginDescriptor version, List<? extends Offered> offered) {
        Document settings = desired()
                .filter(known -> known.version().equals(version.version().toString()))
                .map(Desired::settings)
                .orElse(Document.EMPTY_OBJECT);
        return new ServiceSet.Published(new PluginRevision(id, version, stage(version), settings), offered);
    }

    /** The same with the version that serves. */
    ServiceSet.Published published(Revision serving) {
        return published(serving.descriptor, serving.contributions);
    }

    /** Whether a version may be brought in here. */
    boolean isFor(PluginDescriptor version) {
        String plugin = version.id().value();
        return id.equals(isBeside() ? Beside.name(plugin, version.version()) : plugin);
    }

    /** What it needs of others and offers to others; of a version beside the main one nobody uses packages. */
    Wires wires() {
        Wires own = descriptor().map(Wires::of).orElse(Wires.NONE);
        return isBeside() ? own.withoutOffers() : own;
    }

    /** Whether a name is this plugin's id or one of its aliases; a version beside the main one has no alias. */
    boolean isCalled(String name) {
        return id.equals(name)
                || !isBeside()
                        && descriptor()
                                .map(known -> known.aliases().contains(name))
                                .orElse(false);
    }

    /** Shows a new state. */
    synchronized void show(PluginState state, String cause, String next) {
        shown = new Shown(state, cause, next, Instant.now(), shown.desired, shown.descriptor);
        watcher.accept(this);
    }

    /** Shows how far it is on its way into service, unless a version of it serves. */
    void showStep(PluginState state, String what) {
        if (!isServing()) {
            show(state, what, "");
        }
    }

    /** Shows what is wanted, and what the wanted version says of itself. */
    synchronized void show(Optional<Desired> desired, Optional<PluginDescriptor> descriptor) {
        shown = new Shown(shown.state, shown.cause, shown.next, shown.since, desired, descriptor);
        watcher.accept(this);
    }

    Optional<PluginDescriptor> descriptor() {
        Revision running = current;
        return running == null ? shown.descriptor : Optional.of(running.descriptor);
    }

    private static List<String> labels(List<? extends Offered> offered) {
        List<String> labels = new ArrayList<>(offered.size());
        for (Offered one : offered) {
            one.label().lines().forEach(labels::add);
        }
        labels.sort(null);
        return labels;
    }

    PluginStatus status() {
        Shown now = shown;
        Revision running = current;
        Optional<PluginDescriptor> descriptor = descriptor();
        Sleeper sleeping = asleep;
        List<? extends Offered> offered =
                running != null ? running.contributions : sleeping != null ? sleeping.offered() : List.of();
        List<String> handlers = labels(offered);
        return new PluginStatus(
                id,
                running != null
                        ? running.version()
                        : now.desired
                                .map(Desired::version)
                                .orElse(descriptor
                                        .map(d -> d.version().toString())
                                        .orElse("")),
                descriptor,
                now.desired.map(Desired::mode).orElse(Desired.ABSENT),
                now.state,
                now.cause,
                now.next,
                now.since,
                running != null
                        ? running.sha256
                        : now.desired.map(Desired::sha256).orElse(""),
                now.desired.map(Desired::origin).orElse(""),
                handlers,
                descriptor.map(this::stage).orElse(Stage.STABLE));
    }
}
