package org.sallyport.admission.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.sallyport.api.plugin.PluginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the plugins of a plugin type from one bundle of it to another: the {@link Wall} offers the other alone, and each plugin is
 * replaced by itself, as at any swap: beside, with its state, in one step, and drained. Used by one thread at a time.
 */
final class TypeUsers {
    private static final Logger log = LoggerFactory.getLogger(TypeUsers.class);

    private final Plugins plugins;
    private final Revisions revisions;
    private final Arrivals arrivals;
    private final Wall wall;
    private final Limits limits;

    TypeUsers(Plugins plugins, Revisions revisions, Arrivals arrivals, Wall wall, Limits limits) {
        this.plugins = plugins;
        this.revisions = revisions;
        this.arrivals = arrivals;
        this.wall = wall;
        this.limits = limits;
    }

    /** Wires all plugins of the old one to the young one, and all of them back if one does not come up. Their ids, in order. */
    List<String> move(Bundle old, Bundle young) throws StartFailure {
        Set<String> moved = new LinkedHashSet<>(names(serving(old)));
        wall.exchange(old, young);
        long deadline = System.nanoTime() + limits.patience().toNanos();
        try {
            // A plugin that was being wired when the young one took over may show only now; and the reconcile loop,
            // which was
            // told that a bundle of the platform came, may take some of them before us.
            for (List<Revision> left = serving(old); !left.isEmpty(); left = serving(old)) {
                boolean some = false;
                for (Revision user : left) {
                    List<String> now = move(user);
                    some |= moved.addAll(now) || !now.isEmpty();
                }
                if (some) {
                    deadline = System.nanoTime() + limits.patience().toNanos();
                } else if (System.nanoTime() > deadline || !paused()) {
                    throw busy(left.get(0).name);
                }
            }
            return List.copyOf(moved);
        } catch (StartFailure | RuntimeException e) {
            back(young, old);
            throw e;
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(20);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The old one serves again. What does not come up with it either is told of. */
    void back(Bundle young, Bundle old) {
        wall.exchange(young, old);
        for (Revision user : serving(young)) {
            try {
                move(user);
            } catch (StartFailure | RuntimeException e) {
                // The reconcile loop sees it too, and tries again.
                log.error(
                        "Plugin [{}] still uses version [{}] of [{}], which does not serve any more: {}",
                        user.name,
                        young.getVersion(),
                        young.getSymbolicName(),
                        e.getMessage());
            }
        }
    }

    /** Replaces a plugin by itself, if it still serves; those that use its packages go along. Their ids; none if it does not. */
    private List<String> move(Revision user) throws StartFailure {
        Slot slot = plugins.slot(user.name);
        lock(slot);
        try {
            Desired wanted = slot.desired().orElse(null);
            if (slot.current != user
                    || wanted == null
                    || revisions.outdated(user).isEmpty()) {
                return List.of();
            }
            arrivals.replace(slot, wanted);
            if (slot.current == user) {
                throw new StartFailure(
                        "plugin [" + slot.id + "] does not come up with it: " + slot.fault,
                        "Update that plugin first, or take it out of service with 'plugin:disable " + slot.id + "'",
                        false);
            }
            return Stream.concat(Stream.of(slot.id), slot.rewired.stream()).toList();
        } finally {
            slot.operation.unlock();
        }
    }

    private void lock(Slot slot) {
        try {
            if (slot.operation.tryLock(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw busy(slot.id);
    }

    private static PluginException busy(String plugin) {
        return new PluginException(
                "busy",
                "The plugin type was not changed: another operation still runs on plugin [" + plugin
                        + "]. Try again when it has ended");
    }

    /** Revisions in service that are wired to a bundle, those first that others of them use. */
    List<Revision> serving(Bundle type) {
        return revisions.dependents(type).stream()
                .filter(one -> plugins.slot(one.name).current == one)
                .toList();
    }

    static List<String> names(List<Revision> revisions) {
        return revisions.stream().map(one -> one.name).toList();
    }

    /** Whether nothing at all is wired to a bundle, also nothing that is drained. */
    boolean isUnused(Bundle type) {
        return revisions.dependents(type).isEmpty();
    }
}
