package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.it.SallyportProcess.Finished;

/** The jar's commands, as a user types them. */
@DisplayName("The command line")
class CommandLineIT {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}.jsonl")
    @CsvSource({"gateway, 187", "own, 1234"})
    @DisplayName("passes all policy cases, the recorded ones and those at the edges of every bound")
    void policyTest(String file, int count) throws Exception {
        Path cases = Path.of(
                System.getProperty("sallyport.root"), "integration-tests/src/test/resources/cases/" + file + ".jsonl");

        Finished finished = SallyportProcess.execute("policy", "test", cases.toString(), "--home", folder.toString());

        assertThat(finished.output()).contains(count + " passed, 0 failed");
        assertThat(finished.exitCode()).isZero();
    }

    @Test
    @DisplayName("shows a case that fails with expected and actual, and says so by its exit code")
    void policyTestFails() throws Exception {
        Path cases = folder.resolve("cases.jsonl");
        Files.writeString(cases, """
                {"id": "mine-1", "area": "pipeline", "config": {"plugins": []}, "input": {"kind": "request", "server": "srv", "message": {"method": "tools/call", "id": 1, "params": {"name": "t"}}}, "expected": {"outcome": "blocked"}}
                """);

        Finished finished = SallyportProcess.execute("policy", "test", cases.toString(), "--home", folder.toString());

        assertThat(finished.output()).contains("mine-1", "blocked", "no_security", "0 passed, 1 failed");
        assertThat(finished.exitCode()).isEqualTo(1);
    }

    @Test
    @DisplayName("refuses a plugin type's bundle as a plugin, and says how it is updated")
    void typesBundle() throws Exception {
        Path jar = NextType.built();

        Finished finished = SallyportProcess.execute("plugin", "install", jar.toString(), "--home", folder.toString());

        assertThat(finished.exitCode()).as(finished.output()).isNotZero();
        assertThat(finished.output())
                .contains("it is [org.sallyport.type.security], a bundle of the platform itself and no plugin")
                .contains("a plugin type by that or by 'type:update FILE'");
        assertThat(SallyportProcess.execute("plugin", "list", "--home", folder.toString())
                        .output())
                .doesNotContain("type.security");
    }

    @Test
    @DisplayName("shows what each plugin of the configured chain says of one message")
    void policyEval() throws Exception {
        Path message = folder.resolve("message.json");
        Files.writeString(
                message,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"send\",\"arguments\":{\"to\":\"ann@example.com\"}}}");

        Finished finished = SallyportProcess.execute("policy", "eval", message.toString(), "--home", folder.toString());

        assertThat(finished.exitCode()).as(finished.output()).isZero();
        assertThat(finished.output())
                .contains("pii-filter", "secrets-filter", "modified", "[EMAIL REDACTED by Sallyport]");
        assertThat(finished.output()).doesNotContain("ann@example.com");
    }

    @Test
    @DisplayName("checks a configuration and says file, line and column")
    void configCheck() throws Exception {
        Path good = folder.resolve("good.json");
        Files.writeString(good, "{ // fine\n \"org.sallyport.gateway\": {\"port\": 9000} }");
        Path bad = folder.resolve("bad.json");
        Files.writeString(bad, "{\n  \"org.sallyport.gateway\": {\"prot\": 9000}\n}");

        assertThat(SallyportProcess.execute("config", "check", good.toString()).exitCode())
                .isZero();
        Finished finished = SallyportProcess.execute("config", "check", bad.toString());
        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.output()).contains("bad.json:2:", "prot", "port");
    }

    @Test
    @DisplayName("shows what happened, and finds that the end of the audit was cut off")
    void auditVerify() throws Exception {
        String home = Signer.TESTS.trustedIn(folder).toString();
        Path touched = folder.resolve("touched");
        byte[] touching = TestPlugins.middleware(
                        "touching",
                        "1.0.0",
                        "@Activate void start() throws Exception { java.nio.file.Files.writeString(java.nio.file.Path.of(\""
                                + touched + "\"), \"\"); }",
                        "return PolicyDecision.pass();")
                .build();
        Path jar = Signer.TESTS.write(folder.resolve("touching.jar"), touching);
        assertThat(SallyportProcess.execute("plugin", "install", jar.toString(), "--home", home)
                        .exitCode())
                .isZero();
        assertThat(SallyportProcess.execute("plugin", "disable", "call-trace", "--home", home)
                        .exitCode())
                .isZero();
        Files.delete(touched);

        Finished listed = SallyportProcess.execute("audit", "list", "--subject", "call-trace", "--home", home);
        assertThat(listed.output()).contains("plugin.disabled");
        Finished good = SallyportProcess.execute("audit", "verify", "--home", home);
        assertThat(good.exitCode()).as(good.output()).isZero();
        assertThat(touched).as("no plugin runs to read records").doesNotExist();

        Path records = folder.resolve("audit/lifecycle.jsonl");
        List<String> lines = Files.readAllLines(records);
        Files.write(records, lines.subList(0, lines.size() - 1));
        Finished cut = SallyportProcess.execute("audit", "verify", "--home", home);
        assertThat(cut.exitCode()).isEqualTo(1);
        assertThat(cut.output()).contains("were cut off");
    }

    @Test
    @DisplayName("imports Gatekit's YAML and the mcpServers block, and what comes out passes the check")
    void configImport() throws Exception {
        Path gatekit = folder.resolve("gatekit.yaml");
        Files.writeString(gatekit, """
                proxy:
                  transport: stdio
                  upstreams:
                    - name: files
                      transport: stdio
                      command: ["npx", "-y", "@modelcontextprotocol/server-filesystem", "/tmp"]
                plugins:
                  security:
                    _global:
                      - handler: basic_pii_filter
                        config: {enabled: true, action: block}
                  middleware:
                    files:
                      - handler: tool_manager
                        config: {tools: [{tool: read_file}]}
                  auditing:
                    _global:
                      - handler: audit_jsonl
                        config: {output_file: logs/audit.jsonl}
                """);
        Path mcp = folder.resolve("mcp.json");
        Files.writeString(
                mcp,
                "{\"mcpServers\": {\"memory\": {\"command\": \"npx\", \"args\": [\"-y\", \"server-memory\"], \"env\":"
                        + " {\"A\": \"b\"}}}}");

        for (String[] source :
                new String[][] {{"gatekit", gatekit.toString(), "files"}, {"mcp", mcp.toString(), "memory"}}) {
            Finished imported = SallyportProcess.execute("config", "import", source[0], source[1]);
            assertThat(imported.exitCode()).as(imported.output()).isZero();
            assertThat(imported.output()).contains("org.sallyport.gateway.upstream~" + source[2]);
            Path file = Files.writeString(folder.resolve(source[0] + ".json"), imported.output());
            Finished checked = SallyportProcess.execute("config", "check", file.toString());
            assertThat(checked.exitCode()).as(checked.output()).isZero();
        }
    }

    @Test
    @DisplayName(
            "tells by its exit code why a change of a plugin did not come to be, and what it would do by --dry-run")
    void exitCodes() throws Exception {
        String home = Signer.TESTS.trustedIn(folder.resolve("home")).toString();
        Path bad = Files.write(folder.resolve("bad.jar"), new byte[10]);
        Path good = Signer.TESTS.write(folder.resolve("good.jar"), TestPlugins.marker("marker", "1.0.0", " [v1]"));

        assertThat(SallyportProcess.execute("plugin", "install", bad.toString(), "--home", home)
                        .exitCode())
                .isEqualTo(5);
        Finished unknown = SallyportProcess.execute("plugin", "disable", "nobody", "--json", "--home", home);
        assertThat(unknown.exitCode()).isEqualTo(4);
        assertThat(unknown.output()).contains("\"code\": \"not_found\"", "\"message\": \"There is no plugin [nobody]");
        Finished dry =
                SallyportProcess.execute("plugin", "install", good.toString(), "--dry-run", "--json", "--home", home);
        assertThat(dry.exitCode()).as(dry.output()).isZero();
        assertThat(dry.output()).contains("\"operation\": \"install\"", "\"plugin\": \"marker\"");
        assertThat(SallyportProcess.execute("plugin", "info", "marker", "--home", home)
                        .exitCode())
                .isEqualTo(4);
    }

    @Test
    @DisplayName("does not take a plugin away under those that use it, but takes them along if told to")
    void dependents() throws Exception {
        String home = Signer.TESTS.trustedIn(folder.resolve("home")).toString();
        Path library = Signer.TESTS.write(folder.resolve("library.jar"), TestPlugins.library("library", "1.0.0"));
        Path user = Signer.TESTS.write(folder.resolve("user.jar"), TestPlugins.using("user", "1.0.0", "library"));
        for (Path jar : new Path[] {library, user}) {
            Finished installed = SallyportProcess.execute("plugin", "install", jar.toString(), "--home", home);
            assertThat(installed.exitCode()).as(installed.output()).isZero();
        }

        Finished refused = SallyportProcess.execute("plugin", "uninstall", "library", "--json", "--home", home);
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(5);
        assertThat(refused.output())
                .contains("\"code\": \"in_use\"", "[user] uses it", "plugin:uninstall library --with-dependents");
        for (String[] dry : new String[][] {{"--dry-run"}, {}}) {
            String[] words = {"plugin", "uninstall", "library", "--with-dependents", "--json", "--home", home};
            Finished taken = SallyportProcess.execute(
                    Stream.of(words, dry).flatMap(Stream::of).toArray(String[]::new));
            assertThat(taken.exitCode()).as(taken.output()).isZero();
            assertThat(taken.output()).containsPattern("\"along\": \\[\\s*\"user\"\\s*\\]");
        }
        assertThat(SallyportProcess.execute("plugin", "info", "user", "--home", home)
                        .exitCode())
                .isEqualTo(4);
    }

    @Test
    @DisplayName("brings in a plugin of one's own that was signed and whose key is trusted, and no other")
    void ownPlugin() throws Exception {
        String home = folder.resolve("home").toString();
        String jar = Files.write(folder.resolve("own.jar"), TestPlugins.marker("marker", "1.0.0", " [v1]"))
                .toString();

        Finished unsigned = SallyportProcess.execute("plugin", "install", jar, "--home", home);
        assertThat(unsigned.exitCode()).isEqualTo(5);
        assertThat(unsigned.output())
                .contains("the gate [signature] refused it: it is not signed. Sign it with 'plugin:sign FILE'");

        Finished signed = SallyportProcess.execute("plugin", "sign", jar, "--home", home);
        assertThat(signed.exitCode()).as(signed.output()).isZero();
        Finished untrusted = SallyportProcess.execute("plugin", "verify", jar, "--home", home);
        assertThat(untrusted.exitCode()).isEqualTo(5);
        assertThat(untrusted.output())
                .contains("the key [own] of this home, which is not trusted yet", "'key:trust own'");
        assertThat(SallyportProcess.execute("plugin", "verify", jar, "--dev", "--home", home)
                        .output())
                .contains("developer");

        Finished trusted = SallyportProcess.execute("key", "trust", "own", "--home", home);
        assertThat(trusted.exitCode()).as(trusted.output()).isZero();
        Finished installed = SallyportProcess.execute("plugin", "install", jar, "--json", "--home", home);
        assertThat(installed.exitCode()).as(installed.output()).isZero();
        assertThat(installed.output()).contains("\"level\": \"internal\"");
        assertThat(SallyportProcess.execute("plugin", "info", "marker", "--json", "--home", home)
                        .output())
                .contains("\"publisher\": \"own\"", "\"signature\": \"dsse\"", "\"state\": \"ACTIVE\"");
        // A copy of the home knows who signed what, too: policy commands run on one.
        assertThat(SallyportProcess.execute("policy", "chain", "--home", home).output())
                .contains("marker");
    }

    @Test
    @DisplayName("says what is wrong with words it does not know")
    void unknown() throws Exception {
        assertThat(SallyportProcess.execute("plugin", "frobnicate", "--home", folder.toString())
                        .exitCode())
                .isEqualTo(2);
        assertThat(SallyportProcess.execute("run", "--no-such-option").exitCode())
                .isEqualTo(2);
        assertThat(SallyportProcess.execute("--version").output()).contains("Sallyport");
    }

    @Test
    @DisplayName("writes a class archive that Java takes its classes from")
    void classArchive() throws Exception {
        Finished written = SallyportProcess.execute("class-archive", "--home", folder.toString());

        Path archive = folder.resolve("sallyport.jsa");
        assertThat(written.exitCode()).as(written.output()).isZero();
        assertThat(written.output()).contains("java -XX:SharedArchiveFile=" + archive + " -jar ");
        List<String> words = SallyportProcess.command("--version");
        words.addAll(1, List.of("-Xlog:class+load:stdout", "-XX:SharedArchiveFile=" + archive));
        assertThat(Finished.of(words, folder).output())
                .containsPattern("org\\.sallyport\\.launcher\\.Main source: shared objects file \\(top\\)");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(archive);
        }
    }
}
