package org.sallyport.permission.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests.Asked;
import org.sallyport.spi.permission.PermissionUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What plugins did with their permissions, and what they tried without. A denial is in the audit at once; its repeats are counted,
 * and told by one more record after an hour and at the end.
 *
 * <p>Thread-safe; who reports is never kept waiting. The audit is written by a thread that is made here and now: one that was made
 * when a plugin reports would be a thread of that plugin to whoever guards threads.
 */
final class UseBook implements PermissionUse, AutoCloseable {
    /**
     * Most versions. One more takes the place of the oldest that is not in service; if all are, what it does is not counted, and denied
     * all the same.
     */
    static final int MAX_VERSIONS = 1_000;

    /** Most acts of a version, used and denied apart; further ones are counted as one. */
    static final int MAX_ACTS = 500;

    /** Most characters of a target. */
    static final int MAX_TARGET = 500;

    /** Most characters of a type and of an action. */
    static final int MAX_NAME = 80;

    /** Most denials that wait to be written; further ones are written with the repeats. */
    static final int MAX_WAITING = 10_000;

    /** Stands for a type where it is no permission that is missing, but a limit that was reached. */
    static final String LIMIT = "limit";

    static final Permission OTHERS = new Permission("other", "acts", "");

    private static final Logger log = LoggerFactory.getLogger(UseBook.class);

    private static final Denial END = new Denial(new VersionKey("", ""), OTHERS, "", "");

    private final LifecycleAudit audit;
    private final Function<VersionKey, Optional<List<Asked>>> asked;
    private final Supplier<Set<VersionKey>> serving;
    private final Duration repeats;
    private final Map<VersionKey, Book> books = new ConcurrentHashMap<>();
    private final BlockingQueue<Denial> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final Thread writer = new Thread(this::write, "sallyport-permission-audit");
    private volatile boolean ended;

    // Guarded by this.
    private long opened;

    /**
     * @param asked what a version asks for, if that is known
     * @param serving the versions that are in service; asked when there are most
     * @param repeats how often repeats are told of
     */
    UseBook(
            LifecycleAudit audit,
            Function<VersionKey, Optional<List<Asked>>> asked,
            Supplier<Set<VersionKey>> serving,
            Duration repeats) {
        this.audit = audit;
        this.asked = asked;
        this.serving = serving;
        this.repeats = repeats;
        writer.setDaemon(true);
        writer.start();
    }

    private record Book(long number, Map<Permission, AtomicLong> used, Map<Permission, Denial> denied) {
        Book(long number) {
            this(number, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    /** Something that was tried and not permitted. */
    private static final class Denial {
        private final VersionKey key;
        private final Permission act;
        private final String layer;
        private final String cause;
        private final AtomicLong times = new AtomicLong();

        /** How many of them the audit knows. Of the writer alone. */
        private long told;

        Denial(VersionKey key, Permission act, String layer, String cause) {
            this.key = key;
            this.act = act;
            this.layer = layer;
            this.cause = cause;
        }

        private boolean isRecorded() {
            return !layer.equals(VERIFIER);
        }
    }

    /**
     * An act with what is known of it.
     *
     * @param cause of a denial the sentence, else empty
     */
    record Line(Permission act, long times, String layer, String cause) {}

    @Override
    public String report(PluginId plugin, Version version, Permission act, boolean permitted, String layer) {
        String sentence = "";
        try {
            VersionKey key = new VersionKey(plugin.value(), version.toString());
            // A worker says all of it, and may be one that was taken over.
            Permission cut = new Permission(
                    cut(act.type(), MAX_NAME), cut(act.action(), MAX_NAME), cut(act.scope(), MAX_TARGET));
            sentence = permitted ? "" : sentence(key, cut);
            Book book = book(key);
            if (book == null) {
                return sentence;
            } else if (permitted) {
                count(book.used, cut);
            } else {
                denied(book, key, cut, layer, sentence);
            }
        } catch (RuntimeException | StackOverflowError e) {
            // Who asks has decided already; that it cannot be counted changes nothing.
            return sentence;
        }
        return sentence;
    }

    private @Nullable Book book(VersionKey key) {
        Book known = books.get(key);
        return known != null ? known : open(key);
    }

    private synchronized @Nullable Book open(VersionKey key) {
        Book known = books.get(key);
        if (known == null && (books.size() < MAX_VERSIONS || isRoomMade())) {
            known = new Book(opened++);
            books.put(key, known);
        }
        return known;
    }

    private boolean isRoomMade() {
        Set<VersionKey> stay = serving.get();
        Optional<Map.Entry<VersionKey, Book>> oldest = books.entrySet().stream()
                .filter(entry -> !stay.contains(entry.getKey()))
                .min(Comparator.comparingLong(entry -> entry.getValue().number()));
        oldest.ifPresent(entry -> {
            books.remove(entry.getKey());
            // The audit is told of its repeats now, not within the hour.
            entry.getValue().denied().values().forEach(waiting::offer);
        });
        return oldest.isPresent();
    }

    private static void count(Map<Permission, AtomicLong> acts, Permission act) {
        AtomicLong known = acts.get(act);
        if (known == null) {
            known = acts.computeIfAbsent(acts.size() < MAX_ACTS ? act : OTHERS, one -> new AtomicLong());
        }
        known.incrementAndGet();
    }

    private void denied(Book book, VersionKey key, Permission act, String layer, String sentence) {
        Denial denial = book.denied.get(act);
        boolean known = denial != null && (denial.isRecorded() || layer.equals(VERIFIER));
        if (!known) {
            Permission counted = denial != null || book.denied.size() < MAX_ACTS ? act : OTHERS;
            // What was looked at before may be tried now, where that has to be told.
            denial = book.denied.compute(
                    counted,
                    (one, there) -> there != null && (there.isRecorded() || layer.equals(VERIFIER))
                            ? there
                            : new Denial(key, one, layer, sentence));
        }
        if (denial.times.incrementAndGet() == 1 && denial.isRecorded()) {
            waiting.offer(denial);
        }
    }

    private static String cut(String whole, int most) {
        String text = whole.length() <= most ? whole : whole.substring(0, most - 1) + "…";
        return text.chars().noneMatch(Character::isISOControl) ? text : text.replaceAll("\\p{Cntrl}", "?");
    }

    private String sentence(VersionKey key, Permission act) {
        String name = act.type() + '.' + act.action();
        if (act.type().equals(LIMIT)) {
            return "Plugin [" + key.plugin() + "] version [" + key.version() + "] has reached its limit ["
                    + act.action()
                    + "] of [" + act.scope() + "]. Have it keep less, or raise that limit of its tier: [" + act.action()
                    + "] of [org.sallyport.sandbox] for [confined], the framework property [sallyport.worker."
                    + act.action() + "] for [worker]";
        }
        boolean asks = asked.apply(key).orElse(List.of()).stream()
                .anyMatch(one -> one.permission().type().equals(act.type())
                        && one.permission().action().equals(act.action()));
        String grant = "'permission:grant " + key.plugin() + " " + act + " --version " + key.version() + "'";
        return "Plugin [" + key.plugin() + "] version [" + key.version() + "] has no permission [" + name + "]"
                + (act.scope().isEmpty() ? "" : " for [" + act.scope() + "]") + ". "
                + (asks
                        ? "If it may, grant it with " + grant + "; 'permission:list " + key.plugin()
                                + "' shows what it asks for"
                        : "It does not ask for it: have it say " + LeastManifest.line(act) + ", and grant it then with "
                                + grant);
    }

    /** What a version did, by name. */
    List<Line> used(VersionKey key) {
        Book book = books.get(key);
        return book == null
                ? List.of()
                : book.used.entrySet().stream()
                        .map(one -> new Line(one.getKey(), one.getValue().get(), "", ""))
                        .sorted(Comparator.comparing(Line::act))
                        .toList();
    }

    /** What it tried without. */
    List<Line> denied(VersionKey key) {
        Book book = books.get(key);
        return book == null
                ? List.of()
                : book.denied.values().stream()
                        .map(one -> new Line(one.act, one.times.get(), one.layer, one.cause))
                        .sorted(Comparator.comparing(Line::act))
                        .toList();
    }

    /** The versions of a plugin that did something. */
    List<VersionKey> versions(String plugin) {
        return books.keySet().stream()
                .filter(key -> key.plugin().equals(plugin))
                .toList();
    }

    /** Forgets what a version did, such as before a recording. What the audit has not been told of is lost with it. */
    void forget(VersionKey key) {
        books.remove(key);
    }

    private void write() {
        long next = System.nanoTime() + repeats.toNanos();
        while (!ended) {
            try {
                Denial first = waiting.poll(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (first != null && first != END) {
                    tell(first);
                }
                if (System.nanoTime() - next >= 0) {
                    tellRepeats();
                    next = System.nanoTime() + repeats.toNanos();
                }
            } catch (InterruptedException e) {
                break;
            }
        }
        // Of those whose books are gone nobody else knows.
        waiting.stream().filter(denial -> denial != END).forEach(this::tell);
        tellRepeats();
    }

    private void tellRepeats() {
        List<Denial> all = new ArrayList<>();
        books.values().forEach(book -> all.addAll(book.denied.values()));
        all.forEach(this::tell);
    }

    private void tell(Denial denial) {
        long times = denial.times.get();
        long more = times - denial.told;
        if (more == 0 || !denial.isRecorded()) {
            return;
        }
        Map<String, String> details = new LinkedHashMap<>();
        details.put("version", denial.key.version());
        details.put("permission", denial.act.type() + '.' + denial.act.action());
        details.put("target", denial.act.scope());
        details.put("layer", denial.layer);
        details.put("times", Long.toString(more));
        details.put("cause", denial.cause);
        try {
            audit.record("permission.denied", denial.key.plugin(), details);
            if (denial.told == 0) {
                log.warn("{}", denial.cause);
            }
            denial.told = times;
        } catch (RuntimeException e) {
            log.error("A denial could not be recorded, and is tried again with its repeats: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        ended = true;
        // Not by an interruption, which would close the audit's file under whoever writes to it. If there is no room,
        // it is awake.
        waiting.offer(END);
        try {
            writer.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
