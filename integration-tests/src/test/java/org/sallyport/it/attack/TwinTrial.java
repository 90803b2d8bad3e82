package org.sallyport.it.attack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.sallyport.api.document.Document;

/** Grants what makes rows right, and looks whether they then do what they could not. One level and one tier. Not thread-safe. */
final class TwinTrial implements AutoCloseable {
    /** Rows that are right only if somebody was reached, and by what: what is sent within a jail goes nowhere. */
    private static final Map<String, String> REACHED =
            Map.of("NET-01", "connections", "NET-02", "connections", "NET-03", "connections", "NET-06", "datagrams");

    /** How long somebody who was reached has to notice. */
    private static final long NOTICED_MILLIS = 5_000;

    private final Path folder;
    private final String level;
    private final GuardedTier tier;
    private final Outside outside;
    private Stage stage;
    private int stages;

    /** @param folder empty */
    TwinTrial(Path folder, String level, GuardedTier tier) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.level = level;
        this.tier = tier;
        this.outside = new Outside(folder.resolve("outside"));
        open();
    }

    private void open() throws Exception {
        List<String> options = new ArrayList<>(List.of(tier.javaOptions()));
        options.add("-Dsallyport.tiers." + level + "=" + tier.label());
        // What is to be within the limit of the disk: see the rows' arguments.
        options.add("-Dsallyport.worker.disk.mb=2048");
        options.add("-Dsallyport.worker.file.mb=2048");
        stage = Stage.open(
                folder.resolve("stage-" + ++stages),
                level,
                Map.of("org.sallyport.sandbox", Map.of("disk.mb", 2048)),
                options.toArray(String[]::new));
    }

    /** What is not done though it is granted; empty if all of it is. */
    String run(Row row, Twins.Twin twin) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Variant variant : row.variants()) {
            if (!stage.process().isAlive()) {
                open();
            }
            outside.prepare();
            outside.open();
            String printed = stage.install(variant.id(), AttackJars.of(variant, outside.asked(twin.permission())));
            if (printed.contains(" ACTIVE")) {
                Map<String, Object> arguments = new HashMap<>(outside.arguments());
                arguments.putAll(row.harmless());
                arguments.put("keep", "it");
                Document answer = stage.attack(variant.id(), arguments);
                wrong.addAll(undone(row, twin, answer));
                if (REACHED.containsKey(row.id()) && !reached(REACHED.get(row.id()), answer)) {
                    wrong.add("nobody was reached");
                }
                if (row.id().equals("TH-06") && !beats(variant)) {
                    wrong.add("nothing of it runs on while it is there");
                }
            } else {
                wrong.add(printed.replaceAll(".*was not installed: ", ""));
            }
            stage.uninstall(variant.id());
            if (row.id().equals("TH-06") && beats(variant)) {
                wrong.add("it runs on when it is gone");
            }
            stage.awaitNeighbour();
        }
        return String.join("; ", wrong);
    }

    private List<String> undone(Row row, Twins.Twin twin, Document answer) {
        List<Document> notes = Stage.notes(answer);
        if (notes.isEmpty()) {
            return List.of("the call failed: " + answer.toJson());
        } else if (row.id().equals("FS-15")) {
            return Outcome.tells(notes) ? List.of() : List.of("it does not tell: " + notes);
        }
        // Such as to delete something, or to write to the log, which gives nothing that could be shown.
        boolean seen = row.id().equals("RS-13") || outside.traces(answer).contains("a file was deleted");
        return notes.stream()
                .filter(note -> !twin.without().contains(note.get("step").text("")))
                .filter(note -> !note.has("did") && (note.has("threw") || !seen))
                .map(Document::toJson)
                .toList();
    }

    private boolean reached(String trace, Document answer) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(NOTICED_MILLIS); ; Thread.sleep(20)) {
            if (outside.traces(answer).stream().anyMatch(one -> one.startsWith(trace))) {
                return true;
            } else if (System.nanoTime() - end > 0) {
                return false;
            }
        }
    }

    /** Whether what the plugin left running writes. */
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
