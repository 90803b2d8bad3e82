package org.sallyport.config.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.config.internal.settings.JsonSchemas;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.config.Configuration.Snapshot;

@DisplayName("A configuration of layers")
class LayeredConfigurationTest {
    private static final String DEFAULTS = """
            {"org.sallyport.gateway": {"port": 8470},
             "org.sallyport.gateway.upstream~notes": {"plugin": "notes"},
             "pii-filter": {"action": "redact"},
             "audit": {"file": "a.jsonl"}}""";

    @TempDir
    Path home;

    private final JsonSchemas settings = new JsonSchemas(Duration.ofSeconds(20));
    private final List<Configuration.Validator> validators = new CopyOnWriteArrayList<>();
    private final List<Snapshot> told = new ArrayList<>();
    private String overrides = "";
    private Path single;

    @BeforeEach
    void folder() throws IOException {
        Files.createDirectories(home.resolve("conf"));
    }

    @Nested
    @DisplayName("merged")
    class Merged {
        @Test
        @DisplayName("lets an entry of a file replace the one of the same key below it as a whole")
        void wholeEntries() throws IOException {
            write("a.json", "{\"pii-filter\": {\"scan\": true}, \"org.sallyport.gateway\": {\"host\": \"::1\"}}");

            Snapshot snapshot = evaluated().current();

            assertThat(snapshot.entries().get("pii-filter")).isEqualTo(Document.object("scan", Document.TRUE));
            assertThat(snapshot.entries().get("org.sallyport.gateway"))
                    .isEqualTo(Document.object("host", Document.of("::1")));
            assertThat(snapshot.entries().keySet())
                    .containsExactly(
                            "org.sallyport.gateway", "org.sallyport.gateway.upstream~notes", "pii-filter", "audit");
        }

        @Test
        @DisplayName("lays the command line over a platform entry member by member, over a plugin's as a whole")
        void commandLine() throws IOException {
            write(
                    "a.json",
                    "{\"org.sallyport.gateway\": {\"host\": \"::1\", \"port\": 1}, \"pii-filter\": {\"a\": 1}}");
            overrides = "{\"org.sallyport.gateway\": {\"port\": 2}, \"pii-filter\": {\"b\": 2}}";

            Snapshot snapshot = evaluated().current();

            assertThat(snapshot.entries().get("org.sallyport.gateway"))
                    .isEqualTo(Document.object("host", Document.of("::1")).with("port", Document.of(2)));
            assertThat(snapshot.entries().get("pii-filter")).isEqualTo(Document.object("b", Document.of(2)));
        }

        @Test
        @DisplayName("drops the default instances of a platform factory once somebody configures one")
        void factories() throws IOException {
            write("a.json", "{\"org.sallyport.gateway.upstream~mine\": {\"url\": \"http://x\"}}");
            assertThat(evaluated().current().entries().keySet())
                    .contains("org.sallyport.gateway.upstream~mine")
                    .doesNotContain("org.sallyport.gateway.upstream~notes");

            Files.delete(home.resolve("conf/a.json"));
            overrides = "{\"org.sallyport.gateway.upstream~cli\": {\"command\": [\"x\"]}}";
            assertThat(evaluated().current().entries().keySet())
                    .contains("org.sallyport.gateway.upstream~cli")
                    .doesNotContain("org.sallyport.gateway.upstream~notes");
        }

        @Test
        @DisplayName("removes a key that is null above, without taking it for an instance")
        void nulls() throws IOException {
            write("a.json", "{\"audit\": null, \"org.sallyport.gateway.upstream~other\": null}");

            assertThat(evaluated().current().entries().keySet())
                    .containsExactly("org.sallyport.gateway", "org.sallyport.gateway.upstream~notes", "pii-filter");
        }

        @Test
        @DisplayName("does without the defaults if a file says so")
        void withoutDefaults() throws IOException {
            write("a.json", "{\":sallyport:defaults\": false, \":configurator:resource-version\": 1, \"mine\": {}}");

            assertThat(evaluated().current().entries().keySet()).containsExactly("mine");
        }

        @Test
        @DisplayName("takes files in the order of their names, and only those that count")
        void order() throws IOException {
            write("b.json", "{\"two\": {}}");
            write("a.json", "{\":sallyport:defaults\": false, \"one\": {}}");
            write(".hidden.json", "{ bad");
            write("c.json.bak", "{ bad");
            write("d.txt", "{ bad");

            assertThat(evaluated().current().entries().keySet()).containsExactly("one", "two");
        }

        @Test
        @DisplayName("takes only the file that the command line names")
        void singleFile() throws IOException {
            write("a.json", "{ bad");
            single = home.resolve("mine.json");
            Files.writeString(single, "{\"mine\": {}}");

            assertThat(evaluated().current().entries().keySet()).contains("mine");
        }

        @Test
        @DisplayName("keeps what the defaults say for a platform bundle that is not there")
        void absentBundle() {
            overrides = "{\"org.sallyport.absent\": {}}";
            assertThat(evaluated().problems()).hasSize(1);
            assertThat(new Evaluation(
                                    LayerText.read(Layer.Origin.DEFAULTS, "", "{\"org.sallyport.absent\": {\"x\": 1}}"),
                                    Layer.empty(Layer.Origin.OVERRIDES),
                                    settings,
                                    SampleMetatype::pids,
                                    () -> validators)
                            .of(List.of())
                            .problems())
                    .isEmpty();
        }
    }

    @Nested
    @DisplayName("of which something is wrong")
    class Wrong {
        @Test
        @DisplayName("says file, line and column, and what was probably meant")
        void places() throws IOException {
            write("a.json", """
                    {
                      // the gateway
                      "org.sallyport.gateway": {
                        "port:Integer": 70000,
                        "nmes": "plain"
                      },
                      "org.sallyport.gatewy": {}
                    }""");

            assertThat(evaluated().problems())
                    .containsExactlyInAnyOrder(
                            new Problem(
                                    "conf/a.json",
                                    4,
                                    5,
                                    "org.sallyport.gateway",
                                    "/port",
                                    "[70000] is more than [65535]"),
                            new Problem(
                                    "conf/a.json",
                                    5,
                                    5,
                                    "org.sallyport.gateway",
                                    "/nmes",
                                    "[nmes] is not known here; did you mean [names]?"),
                            new Problem(
                                    "conf/a.json",
                                    7,
                                    3,
                                    "org.sallyport.gatewy",
                                    "",
                                    "No part of the platform has the PID [org.sallyport.gatewy]; did you mean"
                                            + " [org.sallyport.gateway]?"));
        }

        @Test
        @DisplayName("says where the text stops being JSON")
        void syntax() throws IOException {
            write("a.json", "{\n  \"x\": {},\n  oops\n}");
            write("b.json", "{\"x\": {}, \"x\": {}}");

            assertThat(evaluated().problems())
                    .satisfiesExactly(
                            first -> {
                                assertThat(first.file()).isEqualTo("conf/a.json");
                                assertThat(first.line()).isEqualTo(3);
                                assertThat(first.column()).isBetween(3, 7);
                            },
                            second -> {
                                assertThat(second.file()).isEqualTo("conf/b.json");
                                assertThat(second.message())
                                        .contains("Duplicate")
                                        .contains("x");
                            });
        }

        @Test
        @DisplayName("names both files of a key that is in two")
        void twice() throws IOException {
            write("a.json", "{\n\"same\": {}}");
            write("b.json", "{\"other\": {},\n \"same\": {}}");

            assertThat(evaluated().problems())
                    .containsExactly(
                            new Problem(
                                    "conf/b.json",
                                    2,
                                    2,
                                    "same",
                                    "",
                                    "This key is in [conf/a.json] (line 2) as well as in [conf/b.json]; keep it in one of them"));
        }

        @Test
        @DisplayName("refuses keys and values of another form, each with its reason")
        void forms() throws IOException {
            write(
                    "a.json",
                    "{\":sallyport:default\": false, \"a b\": {}, \"~x\": {}, \"x~y~z\": {}, \"n\": 1,"
                            + "\"org.sallyport.gateway~x\": {}, \"t\": {\"a:Integer\": \"x\", \"b\": 1, \"b:Long\": 2}}");
            assertThat(evaluated().problems())
                    .extracting(problem -> problem.key() + problem.path())
                    .containsExactly(":sallyport:default", "a b", "~x", "x~y~z", "n", "t/a:Integer", "t/b:Long");
            assertThat(evaluated().problems().get(0).message()).contains("did you mean [:sallyport:defaults]?");

            write("a.json", "{\"org.sallyport.gateway~x\": {}, \"org.sallyport.gateway.upstream\": {}}");
            assertThat(evaluated().problems())
                    .extracting(Problem::message)
                    .containsExactly(
                            "[org.sallyport.gateway] has one instance only, so the key has no name:"
                                    + " [org.sallyport.gateway]",
                            "[org.sallyport.gateway.upstream] has several instances, so the key needs a name:"
                                    + " [org.sallyport.gateway.upstream~NAME]");
        }

        @Test
        @DisplayName("blames the command line for what it said")
        void commandLine() {
            overrides = "{\"org.sallyport.gateway\": {\"port\": \"x\"}}";

            assertThat(evaluated().problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "org.sallyport.gateway/port: [x] is not of the type [integer] (from the command line)");
        }

        @Test
        @DisplayName("counts a validator that throws as one that did not agree")
        void validatorThrows() {
            validators.add(candidate -> {
                throw new IllegalStateException("broken");
            });

            assertThat(evaluated().problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.message()).contains("IllegalStateException: broken"));
        }

        @Test
        @DisplayName("refuses files that cannot be read, with the reason")
        void unreadable() throws IOException {
            Files.write(home.resolve("conf/a.json"), new byte[] {'{', '}', (byte) 0xC3, '('});
            Files.createDirectory(home.resolve("conf/folder.json"));
            single = home.resolve("absent.json");
            assertThat(evaluated().problems()).extracting(Problem::message).containsExactly("The file does not exist");
            single = home.resolve("conf/folder.json");
            assertThat(evaluated().problems())
                    .extracting(Problem::message)
                    .containsExactly("This is not a regular file");
            single = null;
            assertThat(evaluated().problems()).extracting(Problem::message).containsExactly("The file is not UTF-8");
        }
    }

    @Nested
    @DisplayName("bounded")
    class Bounded {
        @Test
        @DisplayName("takes a file of exactly 4 MiB and none that is larger")
        void fileSize() throws IOException {
            String text = "{\"a\": {}}";
            write("a.json", text + " ".repeat(ConfigFiles.MAX_BYTES - text.length()));
            assertThat(evaluated().problems()).isEmpty();

            write("a.json", text + " ".repeat(ConfigFiles.MAX_BYTES - text.length() + 1));
            assertThat(evaluated().problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.message()).contains("larger than [4194304] bytes"));
        }

        @Test
        @DisplayName("takes 1,000 entries of a file and no more")
        void entries() throws IOException {
            StringBuilder text = new StringBuilder("{\"e0\": {}");
            for (int i = 1; i < LayerText.MAX_ENTRIES; i++) {
                text.append(",\"e").append(i).append("\": {}");
            }
            write("a.json", text + "}");
            assertThat(evaluated().problems()).isEmpty();

            write("a.json", text + ",\"more\": {}}");
            assertThat(evaluated().problems()).hasSize(1);
        }

        @Test
        @DisplayName("takes 100 files and no more")
        void fileCount() throws IOException {
            for (int i = 0; i < ConfigFiles.MAX_FILES; i++) {
                write("f" + i + ".json", "{\"k" + i + "\": {}}");
            }
            assertThat(evaluated().problems()).isEmpty();

            write("more.json", "{}");
            assertThat(evaluated().problems()).hasSize(1);
        }
    }

    @Nested
    @DisplayName("whose files change")
    class Changing {
        @Test
        @DisplayName("keeps what held when a file goes bad, and takes it when it is mended")
        void lastGoodHolds() throws IOException {
            write("a.json", "{\"pii-filter\": {\"action\": \"block\"}}");
            LayeredConfiguration configuration = evaluated();
            write("a.json", "{\"pii-filter\": {\"action\": ");
            configuration.evaluate();

            assertThat(configuration.problems()).hasSize(1);
            assertThat(configuration.current().entries().get("pii-filter").get("action"))
                    .isEqualTo(Document.of("block"));

            write("a.json", "{\"pii-filter\": {\"action\": \"audit\"}}");
            configuration.evaluate();
            assertThat(configuration.problems()).isEmpty();
            assertThat(told).extracting(Snapshot::generation).containsExactly(1L, 2L);
            assertThat(told.get(1).entries().get("pii-filter").get("action")).isEqualTo(Document.of("audit"));
        }

        @Test
        @DisplayName("tells nobody of a change that changes nothing")
        void sameAgain() throws IOException {
            write("a.json", "{\"x\": {\"a\": 1}}");
            LayeredConfiguration configuration = evaluated();
            write("a.json", "// a comment\n{\"x\": {\"a\": 1}}");
            configuration.evaluate();

            assertThat(told).hasSize(1);
        }

        @Test
        @DisplayName("goes back to the one before when a validator comes that refuses what holds")
        void lateValidator() throws IOException {
            write("a.json", "{\"x\": {\"a\": 1}}");
            LayeredConfiguration configuration = evaluated();
            write("a.json", "{\"x\": {\"a\": 2}}");
            configuration.evaluate();
            validators.add(candidate -> candidate.entries().get("x").get("a").asLong(0) == 2
                    ? List.of(Problem.of("x", "/a", "two is too much"))
                    : List.of());
            configuration.evaluate();

            assertThat(configuration.current().entries().get("x").get("a")).isEqualTo(Document.of(1));
            assertThat(configuration.problems())
                    .containsExactly(new Problem("conf/a.json", 1, 8, "x", "/a", "two is too much"));
        }

        @Test
        @DisplayName("does not take a new entry that somebody doubts, until the doubt is gone")
        void doubted() throws IOException {
            write("a.json", "{\"x\": {\"a\": 1}}");
            LayeredConfiguration configuration = evaluated();
            Set<String> there = new HashSet<>(Set.of("x", "pii-filter", "audit"));
            validators.add(new Doubting(there));
            write("a.json", "{\"x\": {\"a\": 1}, \"y\": {}}");
            configuration.evaluate();

            assertThat(configuration.current().entries()).doesNotContainKey("y");
            assertThat(configuration.problems())
                    .containsExactly(new Problem("conf/a.json", 1, 17, "y", "", "y is not there"));

            there.add("y");
            configuration.recheck();
            assertThat(configuration.current().entries()).containsKey("y");
            assertThat(configuration.problems()).isEmpty();
        }

        @Test
        @DisplayName("goes on with an entry that is doubted later, and takes other changes")
        void doubtedLater() throws IOException {
            write("a.json", "{\"x\": {\"a\": 1}}");
            LayeredConfiguration configuration = evaluated();
            validators.add(new Doubting(Set.of("y", "pii-filter", "audit")));
            configuration.evaluate();
            write("b.json", "{\"y\": {}}");
            configuration.evaluate();

            assertThat(configuration.problems()).isEmpty();
            assertThat(configuration.current().entries()).containsKeys("x", "y");
        }

        @Test
        @DisplayName("starts with entries that are doubted, and says so when it is asked")
        void doubtedAtTheStart() throws IOException {
            write("a.json", "{\"x\": {}}");
            validators.add(new Doubting(Set.of()));
            LayeredConfiguration configuration = evaluated();

            assertThat(configuration.current().entries()).containsKey("x");
            assertThat(configuration.problems()).isEmpty();
            assertThat(configuration.checkFiles()).extracting(Problem::message).contains("x is not there");
        }

        @Test
        @DisplayName("checks a text in the place of its file without applying it")
        void checkOnly() throws IOException {
            write("a.json", "{\"x\": {}}");
            write("b.json", "{\"y\": {}}");
            LayeredConfiguration configuration = evaluated();

            assertThat(configuration.check("conf/b.json", "{\"x\": {}}")).hasSize(1);
            assertThat(configuration.check("elsewhere.json", "{\"x\": {}}")).isEmpty();
            assertThat(configuration.current().entries()).containsKey("y");
        }
    }

    @Nested
    @DisplayName("that starts with a bad file")
    class BadStart {
        @Test
        @DisplayName("lets nothing through if no good one is known, whatever the command line asks for")
        void refused() throws IOException {
            write("a.json", "{ bad");
            overrides = "{\"org.sallyport.gateway.upstream~cli\": {\"url\": \"http://x\"}}";
            LayeredConfiguration configuration = evaluated();

            assertThat(configuration.problems()).hasSize(1);
            assertThat(configuration.current().entries().get(Configuration.REFUSED))
                    .isEqualTo(Document.object("critical", Document.TRUE));
            assertThat(configuration.current().entries().keySet())
                    .contains("org.sallyport.gateway", "org.sallyport.gateway.upstream~cli");

            write("a.json", "{}");
            configuration.evaluate();
            assertThat(configuration.current().entries()).doesNotContainKey(Configuration.REFUSED);
        }

        @Test
        @DisplayName("leaves out what is wrong of the command line as well")
        void refusedOverrides() throws IOException {
            write("a.json", "{ bad");
            overrides = "{\"org.sallyport.gateway\": {\"port\": \"x\"}}";

            assertThat(evaluated().current().entries().keySet())
                    .contains(Configuration.REFUSED)
                    .doesNotContain("org.sallyport.gateway");
        }

        @Test
        @DisplayName("goes on with the last good one, under the defaults and the command line of now")
        void lastGood() throws IOException {
            write("a.json", "{\"pii-filter\": {\"action\": \"block\"}}");
            evaluated().keep();
            write("a.json", "{ bad");
            overrides = "{\"org.sallyport.gateway\": {\"port\": 9999}}";
            LayeredConfiguration next = evaluated();

            assertThat(next.problems()).hasSize(1);
            assertThat(next.current().entries()).doesNotContainKey(Configuration.REFUSED);
            assertThat(next.current().entries().get("pii-filter").get("action")).isEqualTo(Document.of("block"));
            assertThat(next.current().entries().get("org.sallyport.gateway").get("port"))
                    .isEqualTo(Document.of(9999));
        }

        @Test
        @DisplayName("does not believe a last good one that is broken or no longer right")
        void brokenLastGood() throws IOException {
            write("a.json", "{\"x\": {}}");
            evaluated().keep();
            write("a.json", "{ bad");
            validators.add(candidate ->
                    candidate.entries().containsKey("x") ? List.of(Problem.of("x", "", "no longer")) : List.of());
            assertThat(evaluated().current().entries()).containsKey(Configuration.REFUSED);

            validators.clear();
            Files.writeString(lastGoodFile(), "{\"files\": [{\"na");
            assertThat(evaluated().current().entries()).containsKey(Configuration.REFUSED);
        }

        @Test
        @DisplayName("has kept the last good one where only its owner reads it")
        void permissions() throws IOException {
            write("a.json", "{\"x\": {\"token\": \"t\"}}");
            evaluated().keep();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lastGoodFile())))
                    .isEqualTo("rw-------");
        }
    }

    /** Doubts all instances but some. */
    private record Doubting(Set<String> there) implements Configuration.Validator {
        @Override
        public List<Problem> validate(Snapshot candidate) {
            return List.of();
        }

        @Override
        public List<Problem> doubts(Snapshot candidate) {
            return candidate.entries().keySet().stream()
                    .filter(key -> !key.startsWith(Configuration.PLATFORM) && !there.contains(key))
                    .map(key -> Problem.of(key, "", key + " is not there"))
                    .toList();
        }
    }

    private Path lastGoodFile() {
        return home.resolve("registry/last-good-config.json");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(home.resolve("conf").resolve(name), text);
    }

    private LayeredConfiguration evaluated() {
        Evaluation evaluation = new Evaluation(
                LayerText.read(Layer.Origin.DEFAULTS, "", DEFAULTS),
                overrides.isEmpty()
                        ? Layer.empty(Layer.Origin.OVERRIDES)
                        : LayerText.read(Layer.Origin.OVERRIDES, "", overrides),
                settings,
                SampleMetatype::pids,
                () -> validators);
        LayeredConfiguration configuration = new LayeredConfiguration(
                new ConfigFiles(home.resolve("conf"), single),
                evaluation,
                new LastGood(lastGoodFile()),
                (snapshot, candidate) -> told.add(snapshot));
        configuration.evaluate();
        return configuration;
    }
}
