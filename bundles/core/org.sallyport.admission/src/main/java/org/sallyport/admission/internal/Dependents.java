package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.sallyport.admission.internal.archive.Wires;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginState;

/**
 * Knows which plugins use another one: by their wires in the framework, and those that sleep by their manifests. These are
 * what an action on that one stops or rewires (the refresh closure). Thread-safe.
 */
final class Dependents {
    /** How often it is looked again because others came or went meanwhile. */
    private static final int ROUNDS = 10;

    private final Plugins plugins;
    private final Revisions revisions;
    private final Intake intake;
    private final Duration patience;

    /** @param patience how long an action waits for others that run on plugins which it concerns too */
    Dependents(Plugins plugins, Revisions revisions, Intake intake, Duration patience) {
        this.plugins = plugins;
        this.revisions = revisions;
        this.intake = intake;
        this.patience = patience;
    }

    /** What is done while nothing else is done to a plugin and those that use it. */
    interface Work {
        /** @param users those in service that use it, each after those that it uses itself */
        void with(List<Slot> users) throws StartFailure;
    }

    /** Those in service that use a plugin, each after those that it uses itself. */
    List<Slot> inService(Slot slot) {
        return users(slot).stream().filter(user -> user.current != null).toList();
    }

    /** With those that are just being brought in. */
    private List<Slot> users(Slot slot) {
        Revision serving = slot.current;
        if (serving == null) {
            return List.of();
        }
        Set<Slot> users = new LinkedHashSet<>();
        for (Revision one : revisions.dependents(serving)) {
            // One that was replaced or removed and still runs its last calls keeps what it has.
            plugins.get(one.name)
                    .filter(user -> user != slot && (user.current == one || !one.placed))
                    .ifPresent(users::add);
        }
        return List.copyOf(users);
    }

    /** All that need a plugin, also those that sleep and would be started by a call; the last to be stopped come first. */
    List<Slot> of(Slot slot) {
        return Stream.concat(asleep(slot).stream(), inService(slot).stream())
                .distinct()
                .toList();
    }

    /** Those that sleep and need what nobody else in service offers. */
    private List<Slot> asleep(Slot slot) {
        Wires own = slot.wires();
        List<Slot> found = new ArrayList<>();
        if (slot.current == null || own.offers().isEmpty()) {
            return found;
        }
        Set<String> only = new LinkedHashSet<>(own.offers());
        plugins.all().stream()
                .filter(other -> other != slot && other.current != null)
                .flatMap(other -> other.wires().offers().stream())
                .forEach(only::remove);
        String name = slot.descriptor().orElseThrow().symbolicName();
        for (Slot other : plugins.all()) {
            Sleeper sleeper = other.asleep;
            if (sleeper != null) {
                Wires needs = intake.wires(sleeper.sha256);
                if (needs.bundles().contains(name) || !Collections.disjoint(needs.needs(), only)) {
                    found.add(other);
                }
            }
        }
        return found;
    }

    /**
     * The same, of what takes the plugin out of service: nobody new comes to use it meanwhile.
     *
     * @throws PluginException {@code busy} if others work on them for too long; nothing was done
     */
    void leaving(Slot slot, Work work) {
        Revision serving = slot.current;
        if (serving != null) {
            revisions.close(serving);
        }
        try {
            exclusively(slot, work);
        } catch (StartFailure e) {
            throw new IllegalStateException("Nothing is started where something leaves", e);
        } finally {
            if (serving != null && slot.current == serving) {
                revisions.open(serving);
            }
        }
    }

    /**
     * Does something while no other operation runs on a plugin and on those that use it. Called under
     * {@link Slot#operation}. Locks are taken along the wires, so two that meet take them in one order.
     *
     * @throws PluginException {@code busy} if others work on them for too long; nothing was done
     */
    void exclusively(Slot slot, Work work) throws StartFailure {
        for (int round = 0; round < ROUNDS; round++) {
            List<Slot> users = users(slot);
            List<Slot> locked = new ArrayList<>();
            try {
                for (Slot user : users) {
                    lock(slot, user);
                    locked.add(user);
                }
                if (users.equals(users(slot))) {
                    work.with(inService(slot));
                    return;
                }
            } finally {
                locked.forEach(user -> user.operation.unlock());
            }
        }
        throw busy(slot, "those that use it come and go");
    }

    private void lock(Slot slot, Slot user) {
        try {
            if (!user.operation.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy(slot, "another operation still runs on [" + user.id + "], which uses it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(slot, "the wait for [" + user.id + "], which uses it, was interrupted");
        }
    }

    private static PluginException busy(Slot slot, String why) {
        return new PluginException(
                "busy", "Plugin [" + slot.id + "] was not changed: " + why + ". Try again when it has ended");
    }

    /**
     * Refuses to take out what others use, unless they are to be taken along.
     *
     * @throws PluginException {@code in_use}
     */
    void refuse(Slot slot, Kind kind, List<Slot> users, boolean along) {
        if (!along && !users.isEmpty()) {
            String verb = kind.name().toLowerCase(Locale.ROOT);
            throw new PluginException(
                    "in_use",
                    "Plugin [" + slot.id + "] was not changed: " + ids(users) + (users.size() == 1 ? " uses" : " use")
                            + " it. Take out all of them with 'plugin:" + verb + " " + slot.id
                            + " --with-dependents'");
        }
    }

    /**
     * What goes before a plugin that is taken out, in this order: what uses others before those; and, if it is for good,
     * versions beside a main one, so that none is left without it at whatever moment the process ends.
     */
    List<Slot> before(Slot slot, Kind kind, List<Slot> users) {
        Set<Slot> order = new LinkedHashSet<>();
        for (int at = users.size() - 1; at >= 0; at--) {
            addBeside(users.get(at), kind, order);
            order.add(users.get(at));
        }
        addBeside(slot, kind, order);
        return List.copyOf(order);
    }

    private void addBeside(Slot slot, Kind kind, Set<Slot> order) {
        if (kind == Kind.UNINSTALL) {
            plugins.beside(slot.id).stream()
                    .filter(one -> one.state() != PluginState.UNINSTALLED)
                    .forEach(order::add);
        }
    }

    /** The ids of those that were switched off together with a plugin, sorted. */
    List<String> carriedBy(Slot slot) {
        return plugins.all().stream()
                .filter(other -> other.desired()
                        .filter(wanted ->
                                wanted.is(Desired.DISABLED) && wanted.carrier().equals(slot.id))
                        .isPresent())
                .map(other -> other.id)
                .toList();
    }

    static List<String> ids(List<Slot> slots) {
        return slots.stream().map(slot -> slot.id).toList();
    }
}
