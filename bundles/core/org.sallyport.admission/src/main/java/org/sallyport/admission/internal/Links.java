package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.archive.Wires;

/** Follows what a plugin that does not come up waits for: from plugin to plugin, to the last missing link. */
final class Links {
    private Links() {}

    /** One plugin needs a package that another one, which waits itself, exports. */
    private record Link(Slot from, String needed, Slot to) {
        String sentence() {
            return "Plugin [" + from.id + "] needs package [" + needed + "], which plugin [" + to.id
                    + "] exports, which is not in service itself: " + to.cause() + ".";
        }
    }

    /** The way to the last missing link, a sentence each; empty if no other plugin that waits is in it. */
    static List<String> of(Slot slot, Collection<Slot> all) {
        List<String> lines = new ArrayList<>();
        walk(slot, all).forEach(link -> lines.add(link.sentence()));
        return lines;
    }

    /** The plugin at the end of that way, which lacks what no plugin that waits could give. */
    static Slot last(Slot slot, Collection<Slot> all) {
        List<Link> way = walk(slot, all);
        return way.isEmpty() ? slot : way.get(way.size() - 1).to();
    }

    /** That a plugin waits for itself in the end, as one sentence part; empty if it does not. */
    static Optional<String> cycle(Slot slot, Collection<Slot> all) {
        List<Link> way = walk(slot, all);
        if (way.isEmpty() || way.get(way.size() - 1).to() != slot) {
            return Optional.empty();
        }
        return Optional.of("it is part of a dependency cycle: "
                + way.stream()
                        .map(link -> "[" + link.from().id + "] needs package [" + link.needed() + "] of ["
                                + link.to().id + "]")
                        .collect(Collectors.joining(", ")));
    }

    private static List<Link> walk(Slot start, Collection<Slot> all) {
        List<Link> way = new ArrayList<>();
        Slot at = start;
        while (true) {
            Link next = next(at, all);
            if (next == null || way.stream().anyMatch(seen -> seen.from() == next.from())) {
                return way;
            }
            way.add(next);
            if (next.to() == start) {
                return way;
            }
            at = next.to();
        }
    }

    private static @Nullable Link next(Slot from, Collection<Slot> all) {
        Wires wires = from.wires();
        for (Slot other : all) {
            if (other != from && other.waits) {
                for (String offered : other.wires().offers()) {
                    if (wires.needs().contains(offered)) {
                        return new Link(from, offered, other);
                    }
                }
            }
        }
        return null;
    }
}
