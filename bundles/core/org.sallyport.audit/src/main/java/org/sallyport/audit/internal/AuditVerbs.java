package org.sallyport.audit.internal;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.Arguments;

/** What operators ask of the audit: {@code audit:list|verify|checkpoint}. Thread-safe; reading never keeps a record waiting. */
final class AuditVerbs {
    /** Most records that are listed. */
    static final int MAX_LISTED = 10_000;

    private static final int LISTED = 50;

    private final JsonLinesAudit audit;
    private final Seals seals;
    private final Path keys;
    private final boolean writing;

    /**
     * @param keys where the key pair lies
     * @param writing whether records are written here; if not, nothing is
     */
    AuditVerbs(JsonLinesAudit audit, Seals seals, Path keys, boolean writing) {
        this.audit = audit;
        this.seals = seals;
        this.keys = keys;
        this.writing = writing;
    }

    /** A record, as listed. */
    record Entry(long seq, String at, String event, String subject, Map<String, Object> details) {
        static Entry of(Document line) {
            Map<String, Object> details = new LinkedHashMap<>();
            line.get("details").members().forEach((name, value) -> details.put(name, String.valueOf(value.toJava())));
            return new Entry(
                    line.get("seq").asLong(0),
                    line.get("at").text(""),
                    line.get("event").text(""),
                    line.get("subject").text(""),
                    details);
        }
    }

    List<AdminVerb> all() {
        List<AdminVerb> verbs = new ArrayList<>();
        verbs.add(new Verb(
                "list",
                "shows the last records of what happened to plugins and configuration",
                List.of(
                        Parameter.option("last", Parameter.Kind.NUMBER, "how many, 50 unless given, at most 10000"),
                        Parameter.option("event", Parameter.Kind.TEXT, "only events that begin so, such as plugin."),
                        Parameter.option(
                                "subject", Parameter.Kind.TEXT, "only of this subject, such as a plugin's id")),
                AdminVerb.Role.VIEWER,
                this::list));
        verbs.add(new Verb(
                "verify",
                "checks that no record was changed, removed or cut off",
                List.of(
                        Parameter.option(
                                "checkpoints",
                                Parameter.Kind.FILE,
                                "also against checkpoints that were kept elsewhere"),
                        Parameter.option(
                                "key",
                                Parameter.Kind.FILE,
                                "the public key as it was copied, instead of the one here")),
                AdminVerb.Role.VIEWER,
                this::verify));
        if (writing) {
            verbs.add(new Verb(
                    "checkpoint",
                    "signs the end of the audit and prints it, to be kept elsewhere",
                    List.of(),
                    AdminVerb.Role.OPERATOR,
                    arguments -> checkpoint()));
        }
        return verbs;
    }

    private Object list(Arguments arguments) throws IOException {
        int most = most(arguments.text("last"));
        String event = arguments.text("event").orElse("");
        Optional<String> subject = arguments.text("subject");
        Deque<Entry> found = new ArrayDeque<>();
        try (Opened files = new Opened(audit.open())) {
            for (Lines file : files.all) {
                while (file.next()) {
                    Document line = file.document();
                    if (line == null || !line.isObject()) {
                        continue;
                    }
                    Entry entry = Entry.of(line);
                    if (entry.event.startsWith(event)
                            && subject.map(entry.subject::equals).orElse(true)) {
                        found.add(entry);
                        if (found.size() > most) {
                            found.removeFirst();
                        }
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static int most(Optional<String> last) {
        // The parser of arguments let only a whole number through, of any size.
        BigInteger most = last.map(BigInteger::new).orElse(BigInteger.valueOf(LISTED));
        if (most.signum() <= 0 || most.compareTo(BigInteger.valueOf(MAX_LISTED)) > 0) {
            throw new PluginException("usage", "[--last] is [1] to [" + MAX_LISTED + "], not [" + most + "]");
        }
        return most.intValue();
    }

    private Object verify(Arguments arguments) throws IOException {
        if (writing) {
            audit.seal();
        }
        List<Checkpoint> others = new ArrayList<>(seals.brokenOnes());
        if (arguments.text("checkpoints").isPresent()) {
            others.addAll(Seals.read(existing(arguments.file("checkpoints"))));
        }
        boolean copied = arguments.text("key").isPresent();
        Path keyFile = copied ? arguments.file("key") : SealKey.publicFile(keys);
        PublicKey key = SealKey.readPublic(existing(keyFile));
        Verification.Result result;
        Checkpoint present = seals.checkpoint().orElse(null);
        try (Opened files = new Opened(audit.open())) {
            result = Verification.of(files.all, present, others, key);
        }
        List<String> findings = new ArrayList<>(result.findings());
        if (seals.isDamaged()) {
            findings.add("an earlier start found its checkpoint damaged");
        }
        if (!findings.isEmpty()) {
            throw new PluginException("audit_broken", "The audit does not hold: " + String.join("; ", findings));
        }
        return result;
    }

    private static Path existing(Path file) {
        if (!Files.exists(file)) {
            throw new PluginException(
                    "not_found", "There is no file [" + file + "]; an audit has its own after its first record");
        }
        return file;
    }

    private Object checkpoint() throws IOException {
        return audit.seal()
                .map(checkpoint -> new String(checkpoint.line(), StandardCharsets.UTF_8).strip())
                .orElseThrow(() -> new PluginException("not_found", "Nothing was recorded yet"));
    }

    /** Files that are closed together. */
    private record Opened(List<Lines> all) implements Closeable {
        @Override
        public void close() throws IOException {
            for (Lines file : all) {
                file.close();
            }
        }
    }

    private interface Work {
        Object run(Arguments arguments) throws IOException;
    }

    private record Verb(String name, String summary, List<Parameter> parameters, Role role, Work work)
            implements AdminVerb {
        @Override
        public String scope() {
            return "audit";
        }

        @Override
        public Object run(Arguments arguments) {
            try {
                return work.run(arguments);
            } catch (IOException e) {
                throw new PluginException(
                        "audit_failed", "The audit could not be read or written: " + e.getMessage(), e);
            }
        }
    }
}
