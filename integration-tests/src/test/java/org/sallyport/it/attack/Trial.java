package org.sallyport.it.attack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.sallyport.api.document.Document;
import org.sallyport.it.Await;

/** Tries rows of the corpus at one level and in one tier, one after the other. Not thread-safe. */
final class Trial implements AutoCloseable {
    /** Records that are about life, not about what a plugin tried. */
    private static final Set<String> OF_LIFE = Set.of(
            "operation.begun",
            "plugin.active",
            "plugin.degraded",
            "plugin.disabled",
            "plugin.probation",
            "plugin.uninstalled");

    /** Rows that leave a loop behind where nothing stops it. */
    private static final Set<String> LOOPS = Set.of("RS-01", "RS-02", "RS-08");

    /** Of the flood may pass so many. */
    private static final int MOST_LINES = 10_000;

    /** Rows after which threads of the host's process go on computing where nothing stops them. */
    private static final Set<String> LEAVES_LOOPS = Set.of("JV-13", "OS-19");

    private final Path folder;
    private final String level;
    private final String[] javaOptions;
    private final Outside outside;
    private Stage stage;
    private int stages;
    private boolean struck;

    /** What the last attack touched outside. */
    private List<String> traces = List.of();

    /** What was printed when the last plugin was not let in; empty if it was. */
    private String said = "";

    /**
     * @param folder empty
     * @param level of the attackers
     */
    Trial(Path folder, String level, String... javaOptions) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.level = level;
        this.javaOptions = javaOptions;
        this.outside = new Outside(folder.resolve("outside"));
        open();
        requireTaken();
    }

    /** Who lets nobody in holds every row, and shows nothing by it: a plugin that does no harm has to come in and to work. */
    private void requireTaken() throws Exception {
        Variant harmless = Corpus.of("CT-02").variants().get(0);
        String printed = stage.install(harmless.id(), AttackJars.of(harmless));
        if (!printed.contains(" ACTIVE")) {
            close();
            throw new IllegalStateException("A harmless plugin is not taken, so nothing is shown: " + printed);
        }
        forget(harmless);
    }

    private void open() throws Exception {
        struck = false;
        stage = Stage.open(folder.resolve("stage-" + ++stages), level, Map.of(), javaOptions);
    }

    /**
     * What came of a row in the end.
     *
     * @param passed whether it is what the corpus wants
     * @param words in a few words
     * @param wrong what is not as it should be; empty if it passed
     * @param traces what was touched outside; also a part of what is wrong
     */
    record Result(boolean passed, String words, String wrong, List<String> traces) {}

    /** Tries a row. */
    Result run(Row row) throws Exception {
        List<String> words = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        List<String> touched = new ArrayList<>();
        for (Variant variant : row.variants()) {
            if (!stage.process().isAlive()) {
                open();
            }
            outside.prepare();
            int known = decisions(variant.id()).size();
            Outcome outcome = attempt(row, variant);
            words.add(outcome.words());
            outcome.effect().forEach(trace -> wrong.add("effect: " + trace));
            touched.addAll(traces);
            if (outcome.seen().stream().noneMatch(row.expected()::contains)) {
                wrong.add("came to " + outcome.words() + said);
            }
            if (isRecorded(row)) {
                awaitRecord(variant.id(), known, wrong);
            }
            if (!struck) {
                try {
                    stage.awaitNeighbour();
                } catch (AssertionError e) {
                    wrong.add(stage.process().isAlive() ? "the neighbour does not answer" : "the host is gone");
                    strike();
                }
            }
            // At last: a second one may come late.
            requireOnce(variant.id(), known, outcome.words().startsWith("refused"), wrong);
        }
        return new Result(
                wrong.isEmpty(),
                String.join("; ", words.stream().distinct().toList()),
                String.join("; ", wrong),
                List.copyOf(touched));
    }

    /** What is not to be seen leaves nothing to decide, and what is right neither. */
    private static boolean isRecorded(Row row) {
        return row.kind() != Row.Kind.HELD && row.kind() != Row.Kind.CONTROL;
    }

    private Outcome attempt(Row row, Variant variant) throws Exception {
        said = "";
        traces = List.of();
        List<AttackJars.Asks> asks = isGiven(row) ? outside.asked(row.permission()) : List.of();
        String printed = stage.install(variant.id(), AttackJars.of(variant, asks));
        if (!printed.contains(" ACTIVE") && !printed.contains(" DEGRADED")) {
            String cause = stage.command("plugin:why " + variant.id());
            said = ": " + printed;
            forget(variant);
            if (row.expected().contains(Row.Expected.CONTAIN) && cause.contains("failed to start")) {
                return new Outcome(EnumSet.of(Row.Expected.CONTAIN), "quarantined: failed to start", List.of());
            }
            return cause.contains("did not end within")
                    ? new Outcome(EnumSet.of(Row.Expected.KILL), "quarantined: did not start in time", List.of())
                    : Outcome.refused(printed);
        }
        try {
            Map<String, Object> arguments = new HashMap<>(outside.arguments());
            arguments.putAll(isGuarded() ? row.arguments() : row.harmless());
            Outcome outcome = row.id().equals("JV-13") ? throwing(variant, arguments) : attack(row, variant, arguments);
            if (row.id().equals("RS-13")) {
                return logged();
            }
            if (LOOPS.contains(row.id()) && isGuarded() && !isCalm()) {
                return new Outcome(Set.of(), outcome.words(), List.of("it runs on"));
            }
            return outcome;
        } finally {
            forget(variant);
            if (row.id().equals("TH-06") && beats(variant) || LEAVES_LOOPS.contains(row.id()) && !isGuarded()) {
                strike();
            }
        }
    }

    /** What has to work has what it needs for that; and who is to fill its own folder may write there. */
    private static boolean isGiven(Row row) {
        return row.kind() == Row.Kind.CONTROL || row.id().equals("FS-24");
    }

    private Outcome attack(Row row, Variant variant, Map<String, Object> arguments) throws Exception {
        Document answer = stage.attack(variant.id(), arguments);
        traces = outside.traces(answer);
        Outcome outcome = Outcome.of(row, answer, traces);
        return row.kind() == Row.Kind.CONTROL ? control(answer) : outcome;
    }

    /** All of it has to work. */
    private static Outcome control(Document answer) {
        List<String> failed = Stage.notes(answer).stream()
                .filter(note -> !note.has("did"))
                .map(Document::toJson)
                .toList();
        return failed.isEmpty() && !Stage.notes(answer).isEmpty()
                ? new Outcome(EnumSet.of(Row.Expected.OK), "works", List.of())
                : new Outcome(Set.of(), "does not work: " + (failed.isEmpty() ? answer.toJson() : failed), List.of());
    }

    /** What it throws is the end of the call, and of nothing else. */
    private Outcome throwing(Variant variant, Map<String, Object> arguments) throws Exception {
        for (String thrown : List.of("ThreadDeath", "OutOfMemoryError", "StackOverflowError", "mute")) {
            Map<String, Object> all = new HashMap<>(arguments);
            all.put("throw", thrown);
            Document answer = stage.attack(variant.id(), all);
            if (!answer.has("result") && !Outcome.isOfUpstream(answer)) {
                return new Outcome(Set.of(), thrown + " stopped the message: " + answer.toJson(), List.of());
            }
        }
        return new Outcome(EnumSet.of(Row.Expected.OK), "failed, and was skipped", List.of());
    }

    private void forget(Variant variant) throws Exception {
        if (stage.process().isAlive()) {
            stage.uninstall(variant.id());
        }
    }

    private List<Document> decisions(String id) throws Exception {
        return stage.records(id).stream()
                .filter(record -> !OF_LIFE.contains(record.get("event").text("")))
                .toList();
    }

    private void awaitRecord(String id, int known, List<String> wrong) throws Exception {
        try {
            Await.until("a record", () -> decisions(id).size() > known);
        } catch (AssertionError e) {
            wrong.add("no record names it");
            return;
        }
    }

    /** One for each thing that it tried; what is tried again is counted, and told of later. One that is not let in has that one alone. */
    private void requireOnce(String id, int known, boolean refused, List<String> wrong) throws Exception {
        List<Document> all = decisions(id);
        Set<Document> seen = new HashSet<>();
        for (Document record : all.subList(Math.min(known, all.size()), all.size())) {
            // Not what was told of it: who else says the same in other words says it twice.
            Document decision = Document.object("event", record.get("event"));
            for (String what : List.of("permission", "target", "gate", "reason")) {
                decision = decision.with(what, record.get("details").get(what));
            }
            if (!seen.add(decision) || refused && seen.size() > 1) {
                wrong.add("recorded twice: " + record.toJson());
            }
        }
    }

    /** Whether neither the host nor what it started goes on computing. */
    private boolean isCalm() throws Exception {
        try {
            Await.until("calm", () -> {
                long before = cpu();
                // A loop among many gets little of a busy machine, but more than one that waits.
                Thread.sleep(2_000);
                return cpu() - before < 100;
            });
            return true;
        } catch (AssertionError e) {
            strike();
            return false;
        }
    }

    /** Milliseconds of processor time. */
    private long cpu() {
        Stream<ProcessHandle> all =
                Stream.concat(ProcessHandle.of(stage.process().pid()).stream(), stage.process().children().stream());
        return all.mapToLong(process -> process.info()
                        .totalCpuDuration()
                        .map(java.time.Duration::toMillis)
                        .orElse(0L))
                .sum();
    }

    /** Ends a host that an attack left in disorder. */
    private void strike() throws Exception {
        struck = true;
        stage.process().kill();
    }

    private boolean isGuarded() {
        return !level.equals("internal");
    }

    /** What is in the log of a plugin that floods it and forges lines. */
    private Outcome logged() throws Exception {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(stage.home().resolve("log"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        List<String> wrong = new ArrayList<>();
        if (lines.stream().noneMatch(line -> line.contains("forged-line"))) {
            wrong.add("its line is not in the log, so nothing can be said of it");
        }
        if (lines.stream().anyMatch(line -> line.startsWith("2026-01-01T00:00:00Z ERROR") || line.contains("\u001b"))) {
            wrong.add("it forged a line of the log");
        }
        long flood = lines.stream().filter(line -> line.contains("flood ")).count();
        if (isGuarded() && flood > MOST_LINES) {
            wrong.add("it wrote [" + flood + "] lines at once");
        }
        return new Outcome(EnumSet.of(Row.Expected.OK, Row.Expected.DENY), "escaped, " + flood + " lines", wrong);
    }

    /** Whether what the plugin left running still writes. */
    private boolean beats(Variant variant) throws Exception {
        long before = stage.written(variant.id());
        Thread.sleep(1_000);
        return stage.written(variant.id()) > before;
    }

    @Override
    public void close() throws Exception {
        stage.close();
        outside.close();
    }
}
