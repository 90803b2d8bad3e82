package org.sallyport.plugin.auditcsv.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.testkit.TestJson.json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.testkit.TestContext;
import org.sallyport.testkit.TestJson;
import org.sallyport.testkit.TestReport;
import org.sallyport.testkit.TestSettings;
import org.sallyport.type.auditing.Auditor;

@DisplayName("A CSV audit")
class AuditCsvTest {
    @TempDir
    Path folder;

    private static PolicyReport called(String tool) {
        return TestReport.of(
                "request",
                json("{\"method\":\"tools/call\",\"id\":\"7\",\"params\":{}}")
                        .with("params", Document.object("name", Document.of(tool))));
    }

    private String write(String config, PolicyReport... reports) throws Exception {
        Document settings = json("{\"output_file\":\"log\",\"csv_config\":" + config + "}");
        try (Auditor auditor = new AuditCsv(new TestContext(folder)).configure(TestSettings.of(settings))) {
            for (PolicyReport report : reports) {
                auditor.record(report);
            }
        }
        return Files.readString(folder.resolve("log"));
    }

    /** Reads one line as RFC 4180 section 2 says. */
    private static List<String> cells(String line, char delimiter, char quote) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == quote && quoted && i + 1 < line.length() && line.charAt(i + 1) == quote) {
                cell.append(c);
                i++;
            } else if (c == quote && (quoted || cell.isEmpty())) {
                quoted = !quoted;
            } else if (c == delimiter && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }

    private static Map<String, String> row(String text) {
        String[] lines = text.split("\n");
        Map<String, String> row = new LinkedHashMap<>();
        List<String> names = cells(lines[0], ',', '"');
        List<String> cells = cells(lines[lines.length - 1], ',', '"');
        assertThat(cells).hasSameSizeAs(names);
        for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i), cells.get(i));
        }
        return row;
    }

    @TestFactory
    @DisplayName("does what the recorded cases say")
    Stream<DynamicTest> cases() throws IOException {
        return TestJson.lines(AuditCsvTest.class, "/cases.jsonl").stream()
                .map(line -> DynamicTest.dynamicTest(line.get("id").text(""), () -> check(line)));
    }

    private void check(Document line) throws Exception {
        Files.deleteIfExists(folder.resolve("log"));
        Document expected = line.get("expected");

        String text = write("{}", TestReport.recorded(line));

        Map<String, String> row = row(text);
        expected.get("csv")
                .members()
                .forEach((key, value) -> assertThat(row.get(key)).as(key).isEqualTo(value.text("")));
        expected.get("csv_starts")
                .members()
                .forEach((key, value) -> assertThat(row.get(key)).as(key).startsWith(value.text("")));
        assertThat((long) text.split("\n").length)
                .isEqualTo(expected.get("physical_lines").asLong(2));
    }

    @Test
    @DisplayName("has a header and one row a message, in the order of the reference")
    void order() throws Exception {
        assertThat(write("{}", called("t"), called("u")))
                .isEqualTo("timestamp,event_type,request_id,server_name,method,tool,pipeline_outcome,"
                        + "security_evaluated,modified,reason,duration_ms,response_status,error_code,error_message,"
                        + "error_classification\n"
                        + "2026-11-20T12:00:00.000Z,REQUEST,7,srv,tools/call,t,allowed,true,false,allowed,0,,,,\n"
                        + "2026-11-20T12:00:00.000Z,REQUEST,7,srv,tools/call,u,allowed,true,false,allowed,0,,,,\n");
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                "\n=1",
                "\uff1d1",
                "\uff0b1",
                "\uff0d1",
                "\uff20x"
            })
    @DisplayName("lets no cell be taken for a formula")
    void formulas(String tool) throws Exception {
        assertThat(row(write("{}", called(tool))).get("tool")).startsWith("'");
    }

    @Test
    @DisplayName("keeps every row on one line with as many cells, for any text")
    void anyText() throws Exception {
        Random random = new Random(7);
        String alphabet = "a,;|\t\"\\\n\r\u2028\u0085=-+@\0 é\ud83d\udfc2";
        for (int i = 0; i < 300; i++) {
            StringBuilder tool = new StringBuilder();
            random.ints(8, 0, alphabet.length()).forEach(c -> tool.append(alphabet.charAt(c)));

            String text = write("{}", called(tool.toString()));

            assertThat(text.split("\n")).hasSize(i + 2);
            assertThat(text.lines()).hasSize(i + 2);
            assertThat(unescaped(row(text).get("tool"))).isEqualTo(tool.toString());
        }
    }

    @Test
    @DisplayName("has a surrogate without its partner as an escape, so that the file is UTF-8 and nothing is lost")
    void lonelySurrogates() throws Exception {
        String text = write("{\"quote_style\":\"none\"}", called("a\udfc2"), called("\ud83d\ud83d\ude00"));

        List<String> lines = text.lines().toList();
        assertThat(lines.get(1)).contains(",a\\\\udfc2,");
        assertThat(lines.get(2)).contains(",\\\\ud83d\ud83d\ude00,");
        assertThat(row(write("{}", called("a\udfc2"))).get("tool")).isEqualTo("a\\udfc2");
    }

    private static String unescaped(String cell) {
        String text = cell.startsWith("'") && cell.length() > 1 && "=+-@\\".indexOf(cell.charAt(1)) >= 0
                ? cell.substring(1)
                : cell;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                out.append(text.charAt(i));
                continue;
            }
            char c = text.charAt(++i);
            if (c == 'u') {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                out.append(c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
            }
        }
        return out.toString();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"{}", "{\"delimiter\":\";\"}"})
    @DisplayName("quotes what needs it")
    void minimal(String config) throws Exception {
        String delimiter = json(config).get("delimiter").text(",");

        String text = write(config, called("a,b"), called("c\"d"), called("e;f"));

        List<String> lines = text.lines().toList();
        assertThat(lines.get(1)).contains(delimiter.equals(",") ? ",\"a,b\"," : ";a,b;");
        assertThat(lines.get(2)).contains(delimiter + "\"c\"\"d\"" + delimiter);
        assertThat(lines.get(3)).contains(delimiter.equals(",") ? ",e;f," : ";\"e;f\";");
    }

    @Test
    @DisplayName("quotes all, or all but numbers, or nothing, as set")
    void styles() throws Exception {
        PolicyReport error = TestReport.of(
                        "response", json("{\"id\":5,\"error\":{\"code\":-32600,\"message\":\"a,b\\\\c'd\"}}"))
                .answering(json("{\"method\":\"m\",\"id\":5}"));

        assertThat(last(write("{\"quote_style\":\"all\",\"null_value\":\"NULL\"}", error)))
                .endsWith("\"1234\",\"error\",\"-32600\",\"a,b\\\\c'd\",\"invalid_request\"")
                .contains("\"5\",\"srv\",\"m\",\"NULL\",");
        assertThat(last(write("{\"quote_style\":\"nonnumeric\"}", error)))
                .endsWith("1234,\"error\",-32600,\"a,b\\\\c'd\",\"invalid_request\"")
                .contains(",5,\"srv\",\"m\",\"\",");
        assertThat(last(write("{\"quote_style\":\"none\",\"quote_char\":\"'\",\"escape_char\":\"^\"}", error)))
                .endsWith("1234,error,-32600,a^,b\\\\c^'d,invalid_request");
    }

    private static String last(String text) {
        return text.lines().reduce((a, b) -> b).orElseThrow();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "{\"delimiter\":\":\"} ~ /csv_config/delimiter",
                "{\"delimiter\":\"\"} ~ /csv_config/delimiter",
                "{\"quote_char\":\",\"} ~ /csv_config/quote_char",
                "{\"quote_char\":\"''\"} ~ /csv_config/quote_char",
                "{\"quote_char\":\"a\"} ~ /csv_config/quote_char",
                "{\"quote_char\":\"\\n\"} ~ /csv_config/quote_char",
                "{\"quote_char\":\"\\ud83d\"} ~ /csv_config/quote_char",
                "{\"escape_char\":\",\"} ~ /csv_config/escape_char",
                "{\"quote_style\":\"some\"} ~ /csv_config/quote_style",
                "{\"null_value\":\"a\\nb\"} ~ /csv_config/null_value",
                "{\"null_value\":\"a\\udfc2\"} ~ /csv_config/null_value"
            })
    @DisplayName("refuses a format that nobody could read back")
    void refuses(String config, String path) {
        Document settings = json("{\"output_file\":\"log\",\"csv_config\":" + config + "}");

        assertThatThrownBy(() -> new AuditCsv(new TestContext(folder)).configure(TestSettings.of(settings)))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.path()).isEqualTo(path));
    }

    @Test
    @DisplayName("says in a line where it writes")
    void status() {
        assertThat(new AuditCsv(new TestContext(folder))
                        .statusText(TestSettings.of(json("{\"output_file\":\"audit.csv\"}"))))
                .isEqualTo("CSV to audit.csv");
    }
}
