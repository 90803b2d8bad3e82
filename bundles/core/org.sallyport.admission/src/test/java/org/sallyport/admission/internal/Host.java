package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.VersionChoice;

/** Calls plugins' actions through the set it was given, and lets go of a set when its last call has ended. */
final class Host implements PluginConsumer, ActionCall {
    final List<Long> generations = new CopyOnWriteArrayList<>();
    private Lease current = new Lease(null);

    private static final class Lease {
        private final PluginSet set;
        private final CompletableFuture<Void> drained = new CompletableFuture<>();
        private int calls;
        private boolean replaced;

        Lease(PluginSet set) {
            this.set = set;
        }

        private void look() {
            if (replaced && calls == 0) {
                drained.complete(null);
            }
        }
    }

    @Override
    public synchronized CompletionStage<Void> switchTo(PluginSet next) {
        generations.add(next.generation());
        Lease old = current;
        current = new Lease(next);
        old.replaced = true;
        old.look();
        return old.drained;
    }

    /** What the action of a plugin answers; {@code "none"} if there is none. */
    String call(String plugin) {
        return call(plugin, set -> set);
    }

    /** The same of the version that is chosen. */
    String call(String plugin, String versions) {
        VersionChoice choice = VersionChoice.parse(versions);
        return call(plugin, set -> set.choosing(plugin, choice));
    }

    private String call(String plugin, UnaryOperator<PluginSet> view) {
        Lease lease = take();
        try {
            List<Contribution<PluginAction>> found = view.apply(lease.set).contributions(PluginAction.class).stream()
                    .filter(one -> one.plugin().id().value().equals(plugin))
                    .toList();
            return found.isEmpty()
                    ? "none"
                    : found.get(0).service().run(Document.NULL, this).text("");
        } finally {
            giveBack(lease);
        }
    }

    synchronized PluginSet set() {
        return current.set;
    }

    private synchronized Lease take() {
        current.calls++;
        return current;
    }

    private synchronized void giveBack(Lease lease) {
        lease.calls--;
        lease.look();
    }

    @Override
    public Scope scope() {
        return Scope.GLOBAL;
    }

    @Override
    public Duration remaining() {
        return Duration.ofMinutes(1);
    }

    @Override
    public boolean cancelled() {
        return false;
    }
}
