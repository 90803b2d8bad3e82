package org.sallyport.hooks.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts the handlers of one hook in order: phase, then before and after, then priority, then plugin id, then handler id.
 * The answer depends on the handlers alone, not on the order in which they came. Constraints work within a phase;
 * constraints on plugins that are not there, and on a handler's own plugin, have no effect.
 *
 * <p>Constraints can contradict each other. Handlers are let in one by one in the order of priority and id, and one whose
 * constraints close a cycle with those that are in already is refused, so the more important ones keep their place.
 */
final class HandlerOrder {
    private final List<Placed> placed = new ArrayList<>();
    private final List<Placed> refused = new ArrayList<>();

    private HandlerOrder() {}

    /**
     * A handler and why it stands where it stands, or why it is not called.
     *
     * @param why one sentence without a full stop
     */
    record Placed(Candidate candidate, String why) {}

    /**
     * The handlers of a hook.
     *
     * @param placed those to be called, in order
     * @param refused those that are not
     */
    record Ordered(List<Placed> placed, List<Placed> refused) {
        Ordered {
            placed = List.copyOf(placed);
            refused = List.copyOf(refused);
        }
    }

    /** Orders handlers of one hook and one kind. Takes time in the order of handlers times constraints. */
    static Ordered of(List<Candidate> candidates) {
        HandlerOrder order = new HandlerOrder();
        Map<Candidate.Phase, List<Candidate>> phases = new LinkedHashMap<>();
        Arrays.stream(Candidate.Phase.values()).forEach(phase -> phases.put(phase, new ArrayList<>()));
        candidates.stream()
                .sorted(Candidate.NATURAL)
                .forEach(candidate -> phases.get(candidate.phase()).add(candidate));
        phases.values().forEach(order::add);
        return new Ordered(order.placed, order.refused);
    }

    private void add(List<Candidate> phase) {
        Map<String, List<Node>> byPlugin = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Candidate candidate : phase) {
            Node node = new Node(nodes.size(), candidate);
            node.link(nodes, byPlugin);
            List<Node> cycle = node.cycle();
            if (cycle == null) {
                nodes.add(node);
                byPlugin.computeIfAbsent(candidate.plugin(), id -> new ArrayList<>())
                        .add(node);
            } else {
                node.unlink();
                refused.add(new Placed(
                        candidate,
                        "not called: its before and after close the cycle ["
                                + String.join(
                                        " -> ",
                                        cycle.stream()
                                                .map(at -> at.candidate.label())
                                                .toList())
                                + "]"));
            }
        }
        sort(nodes);
    }

    /** Kahn's algorithm; of the handlers that may come next, the first by priority and id does. */
    private void sort(List<Node> nodes) {
        PriorityQueue<Node> ready = new PriorityQueue<>(Comparator.comparingInt((Node node) -> node.rank));
        for (Node node : nodes) {
            node.waitingFor = node.previous.size();
            if (node.waitingFor == 0) {
                ready.add(node);
            }
        }
        while (!ready.isEmpty()) {
            Node node = ready.remove();
            placed.add(new Placed(node.candidate, node.why()));
            for (Node next : node.next) {
                if (--next.waitingFor == 0) {
                    ready.add(next);
                }
            }
        }
    }

    /** A handler among those of its phase. */
    private static final class Node {
        final int rank;
        final Candidate candidate;
        final Set<Node> previous = new LinkedHashSet<>();
        final Set<Node> next = new LinkedHashSet<>();
        int waitingFor;

        Node(int rank, Candidate candidate) {
            this.rank = rank;
            this.candidate = candidate;
        }

        void link(List<Node> nodes, Map<String, List<Node>> byPlugin) {
            candidate
                    .before()
                    .forEach(id -> byPlugin.getOrDefault(id, List.of()).forEach(this::runsBefore));
            candidate.after().forEach(id -> byPlugin.getOrDefault(id, List.of()).forEach(this::runsAfter));
            for (Node other : nodes) {
                if (other.candidate.before().contains(candidate.plugin())) {
                    runsAfter(other);
                }
                if (other.candidate.after().contains(candidate.plugin())) {
                    runsBefore(other);
                }
            }
        }

        private void runsBefore(Node other) {
            if (!other.candidate.plugin().equals(candidate.plugin())) {
                next.add(other);
                other.previous.add(this);
            }
        }

        private void runsAfter(Node other) {
            if (!other.candidate.plugin().equals(candidate.plugin())) {
                other.runsBefore(this);
            }
        }

        void unlink() {
            next.forEach(node -> node.previous.remove(this));
            previous.forEach(node -> node.next.remove(this));
        }

        /** The way from this node to itself, first and last being this; null if there is none. Without recursion. */
        @Nullable List<Node> cycle() {
            Map<Node, Node> cameFrom = new LinkedHashMap<>();
            Deque<Node> open = new ArrayDeque<>(List.of(this));
            while (!open.isEmpty()) {
                Node node = open.remove();
                for (Node following : node.next) {
                    if (following == this) {
                        return way(node, cameFrom);
                    } else if (cameFrom.putIfAbsent(following, node) == null) {
                        open.add(following);
                    }
                }
            }
            return null;
        }

        private List<Node> way(Node last, Map<Node, Node> cameFrom) {
            Deque<Node> way = new ArrayDeque<>(List.of(this));
            for (Node at = last; at != null && at != this; at = cameFrom.get(at)) {
                way.addFirst(at);
            }
            way.addFirst(this);
            return new ArrayList<>(way);
        }

        String why() {
            StringBuilder why =
                    new StringBuilder("phase ").append(candidate.phase().name().toLowerCase(Locale.ROOT));
            append(why, ", after ", previous);
            append(why, ", before ", next);
            return why.append(", priority ").append(candidate.priority()).toString();
        }

        private static void append(StringBuilder why, String word, Set<Node> nodes) {
            if (!nodes.isEmpty()) {
                Set<String> ids = new TreeSet<>();
                nodes.forEach(node -> ids.add(node.candidate.plugin()));
                why.append(word).append(ids);
            }
        }
    }
}
