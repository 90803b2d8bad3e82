package org.sallyport.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what holds. Files that are right hold; otherwise what held before goes on to hold; at a start with wrong
 * files the last good ones hold; and if there are none, nothing gets through (see {@link Configuration#REFUSED} and
 * docs/decisions/0004-bad-configuration-at-start.md). {@link #evaluate} has one caller at a time; all else is
 * thread-safe.
 */
final class LayeredConfiguration implements Configuration {
    private static final Logger log = LoggerFactory.getLogger(LayeredConfiguration.class);

    private final ConfigFiles files;
    private final Evaluation evaluation;
    private final @Nullable LastGood lastGood;
    private final BiConsumer<Snapshot, Candidate> changed;

    private volatile Snapshot current = new Snapshot(0, Map.of());
    private volatile Candidate merged = new Candidate(Map.of(), Map.of(), List.of());
    private volatile List<Problem> problems = List.of();

    /** What holds, as texts; null until something was good. Belongs to the caller of {@link #evaluate}. */
    private @Nullable List<ConfigFiles.Text> good;

    /** What was kept by an earlier run; the same owner. */
    private @Nullable List<ConfigFiles.Text> kept;

    /** What the disk has; the same owner. */
    private @Nullable List<ConfigFiles.Text> saved;

    private boolean started;

    /**
     * @param lastGood where good texts are kept; null to keep none
     * @param changed told of each new snapshot, on the thread that evaluates
     */
    LayeredConfiguration(
            ConfigFiles files,
            Evaluation evaluation,
            @Nullable LastGood lastGood,
            BiConsumer<Snapshot, Candidate> changed) {
        this.files = files;
        this.evaluation = evaluation;
        this.lastGood = lastGood;
        this.changed = changed;
    }

    @Override
    public Snapshot current() {
        return current;
    }

    @Override
    public List<Problem> problems() {
        return problems;
    }

    /** Whoever owns the thread of {@link #evaluate} does. */
    @Override
    public void recheck() {
        if (!problems.isEmpty()) {
            evaluate();
        }
    }

    /** What holds, with its sources. */
    Candidate merged() {
        return merged;
    }

    /** The text takes the place of the file of that name; if there is none, it is checked as the only file. */
    @Override
    public List<Problem> check(String fileName, String text) {
        ConfigFiles.Text checked = new ConfigFiles.Text(fileName, text, "");
        List<ConfigFiles.Text> present = files.read();
        boolean replaces = present.stream().anyMatch(file -> file.name().equals(fileName));
        List<ConfigFiles.Text> together = replaces
                ? present.stream()
                        .map(file -> file.name().equals(fileName) ? checked : file)
                        .toList()
                : List.of(checked);
        return evaluation.of(together).all();
    }

    /** What is wrong with the files as they are now. */
    List<Problem> checkFiles() {
        return evaluation.of(files.read()).all();
    }

    /** Reads the files and applies them if they are right. Never throws for what is in them. */
    void evaluate() {
        if (!started) {
            kept = lastGood == null ? null : lastGood.load().orElse(null);
            saved = kept;
        }
        List<ConfigFiles.Text> texts = files.read();
        Evaluation.Result result = evaluation.of(texts);
        // At a start much is not there yet; a later change has to fit what is there.
        List<Problem> doubts = started && good != null && !texts.equals(good) ? result.newDoubts(current) : List.of();
        report(result.good() ? doubts : result.problems());
        if (result.good() && doubts.isEmpty()) {
            apply(result.candidate(), texts);
        } else {
            fallBack();
        }
        started = true;
    }

    private void report(List<Problem> found) {
        if (!found.equals(problems)) {
            problems = found;
            for (Problem problem : found) {
                log.error("The configuration is not applied: {}", problem);
            }
        }
    }

    /** A validator may have come since, so what held is looked at anew before it goes on to hold. */
    private void fallBack() {
        List<List<ConfigFiles.Text>> earlier = new ArrayList<>();
        if (good != null) {
            earlier.add(good);
        }
        if (kept != null && !kept.equals(good)) {
            earlier.add(kept);
        }
        for (List<ConfigFiles.Text> texts : earlier) {
            Evaluation.Result result = evaluation.of(texts);
            if (result.good()) {
                if (!started) {
                    log.warn("The last good configuration holds until the files are mended");
                }
                apply(result.candidate(), texts);
                return;
            }
        }
        refuse();
    }

    private void refuse() {
        good = null;
        Evaluation.Result bare = evaluation.of(List.of());
        Map<String, Document> entries = new LinkedHashMap<>(bare.candidate()
                .without(bare.problems().stream().map(Problem::key).collect(Collectors.toSet()))
                .entries());
        entries.put(REFUSED, Document.object("critical", Document.TRUE));
        if (publish(new Candidate(entries, bare.candidate().sources(), List.of()))) {
            log.error("There is no good configuration to go on with, so every message is stopped until the files are"
                    + " mended; 'config:check' shows what is wrong");
        }
    }

    private void apply(Candidate candidate, List<ConfigFiles.Text> texts) {
        if (good != null && !texts.equals(good)) {
            kept = good;
        }
        good = texts;
        if (publish(candidate)) {
            log.info(
                    "Configuration [{}] holds: [{}] entries",
                    current.generation(),
                    candidate.entries().size());
        }
    }

    /**
     * Keeps what holds for a later start. Called a while after the last evaluation, when whoever checks has had the
     * time to come; the same caller as {@link #evaluate}.
     */
    void keep() {
        if (lastGood != null && good != null && !good.equals(saved)) {
            lastGood.save(good);
            saved = good;
        }
    }

    private boolean publish(Candidate candidate) {
        boolean same = started
                && candidate.entries().equals(current.entries())
                && List.copyOf(candidate.entries().keySet())
                        .equals(List.copyOf(current.entries().keySet()));
        merged = candidate;
        if (!same) {
            current = new Snapshot(current.generation() + 1, candidate.entries());
            changed.accept(current, candidate);
        }
        return !same;
    }
}
