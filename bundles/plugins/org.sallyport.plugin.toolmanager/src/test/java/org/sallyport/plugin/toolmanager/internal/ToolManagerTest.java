package org.sallyport.plugin.toolmanager.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.testkit.TestJson.quoted;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyDecision.Kind;
import org.sallyport.testkit.TestCall;
import org.sallyport.testkit.TestJson;
import org.sallyport.testkit.TestSettings;

@DisplayName("A tool manager")
class ToolManagerTest {
    private static final String RENAMING =
            "{'tools':[{'tool':'read'},{'tool':'execute','display_name':'run','display_description':'Runs it'}]}";

    private static PolicyDecision decide(String settings, TestCall call) throws Exception {
        return new ToolManager().configure(TestSettings.of(quoted(settings))).process(call);
    }

    private static PolicyDecision call(String settings, String tool) throws Exception {
        return decide(
                settings,
                TestCall.request(quoted("{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'" + tool
                        + "','arguments':{'a':1},'_meta':{'m':2}},'x':3}")));
    }

    private static PolicyDecision list(String settings, String result) throws Exception {
        return decide(
                settings,
                TestCall.response(
                        quoted("{'id':1,'method':'tools/list'}"), quoted("{'id':1,'result':" + result + "}")));
    }

    @TestFactory
    @DisplayName("does what the recorded cases say")
    Stream<DynamicTest> cases() throws IOException {
        return TestJson.lines(ToolManagerTest.class, "/cases.jsonl").stream()
                .map(line -> DynamicTest.dynamicTest(line.get("id").text(""), () -> check(line)));
    }

    private static void check(Document line) throws Exception {
        Document input = line.get("input");
        Document expected = line.get("expected");
        Document config = line.get("config").get("plugins").get(0).get("config");
        if (input.get("kind").text("").equals("plugin_config")) {
            assertThatThrownBy(() -> new ToolManager().configure(TestSettings.of(config)))
                    .isInstanceOf(SettingsException.class);
            return;
        }
        TestCall call = input.get("kind").text("").equals("request")
                ? TestCall.request(input.get("message"))
                : TestCall.response(input.get("request"), input.get("message"));
        PolicyDecision decision =
                new ToolManager().configure(TestSettings.of(config)).process(call);
        switch (expected.get("outcome").text("")) {
            case "no_security" -> assertThat(decision.kind()).isEqualTo(Kind.PASS);
            case "modified" ->
                assertThat(decision.message().orElseThrow().get("result")).isEqualTo(expected.get("final"));
            case "completed_by_middleware" -> {
                assertThat(decision.kind()).isEqualTo(Kind.COMPLETE);
                assertThat(decision.message().orElseThrow().at("error", "code"))
                        .isEqualTo(expected.at("error", "code"));
            }
            default -> throw new AssertionError("an outcome this test does not know: " + expected);
        }
    }

    @Nested
    @DisplayName("asked to call a tool")
    class Calling {
        @Test
        @DisplayName("gives a renamed one its own name and leaves all else as it is")
        void mapsBack() throws Exception {
            PolicyDecision decision = call(RENAMING, "run");

            assertThat(decision.kind()).isEqualTo(Kind.MODIFY);
            assertThat(decision.message().orElseThrow().toJson())
                    .isEqualTo(quoted("{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'execute',"
                                    + "'arguments':{'a':1},'_meta':{'m':2}},'x':3}")
                            .toJson());
        }

        @Test
        @DisplayName("knows a renamed one by its new name only")
        void originalNameIsHidden() throws Exception {
            PolicyDecision decision = call(RENAMING, "execute");

            assertThat(decision.kind()).isEqualTo(Kind.COMPLETE);
            assertThat(decision.reasonCode()).isEqualTo("tool_hidden");
            Document answer = decision.message().orElseThrow();
            assertThat(answer.get("id")).isEqualTo(Document.of(7));
            assertThat(answer.at("error", "code")).isEqualTo(Document.of(-32601));
            assertThat(answer.at("error", "message").text("")).isEqualTo("Tool 'execute' is not available");
        }

        @Test
        @DisplayName("hides every tool if the list is empty")
        void emptyListHidesAll() throws Exception {
            assertThat(call("{'tools':[]}", "read").kind()).isEqualTo(Kind.COMPLETE);
        }

        @Test
        @DisplayName("keeps a long name with line breaks out of its message")
        void boundsNames() throws Exception {
            String message = call(RENAMING, "a\\n\u202e" + "b".repeat(500))
                    .message()
                    .orElseThrow()
                    .at("error", "message")
                    .text("");

            assertThat(message).hasSizeLessThan(150).doesNotContain("\n", "\u202e");
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = ';',
                value = {
                    "{'method':'tools/call','id':1}",
                    "{'method':'tools/call','id':1,'params':null}",
                    "{'method':'tools/call','id':1,'params':['read']}",
                    "{'method':'tools/call','id':1,'params':{'name':5}}",
                    "{'method':'tools/call','id':1,'params':{'name':''}}",
                    "{'method':'prompts/get','id':1,'params':{'name':'hidden'}}"
                },
                quoteCharacter = '~')
        @DisplayName("passes what is no proper call of a tool")
        void passes(String message) throws Exception {
            assertThat(decide(RENAMING, TestCall.request(quoted(message))).kind())
                    .isEqualTo(Kind.PASS);
        }
    }

    @Nested
    @DisplayName("given a list of tools")
    class Listing {
        @Test
        @DisplayName("renames, describes and keeps what it does not know")
        void renames() throws Exception {
            PolicyDecision decision = list(
                    RENAMING,
                    "{'nextCursor':'c','x':1,'tools':[{'name':'execute','description':'d','inputSchema':{},'y':2},"
                            + "{'name':'drop'},{'name':'read','title':'R'}]}");

            assertThat(decision.message().orElseThrow().get("result").toJson())
                    .isEqualTo(quoted("{'nextCursor':'c','x':1,'tools':[{'name':'run','description':'Runs it',"
                                    + "'inputSchema':{},'y':2},{'name':'read','title':'R'}]}")
                            .toJson());
            assertThat(decision.metadata()).isEqualTo(quoted("{'hidden_count':1,'changed_count':1,'total_tools':3}"));
        }

        @Test
        @DisplayName("passes it if nothing changes, also when a description is the server's own")
        void unchanged() throws Exception {
            String settings = "{'tools':[{'tool':'a','display_description':'same'},{'tool':'b'}]}";

            assertThat(list(settings, "{'tools':[{'name':'a','description':'same'}]}"))
                    .isSameAs(PolicyDecision.pass());
        }

        @Test
        @DisplayName("drops entries without a name, since nobody listed them")
        void dropsNameless() throws Exception {
            assertThat(list(RENAMING, "{'tools':[{'name':'read'},{},5,{'name':null},{'name':['read']}]}")
                            .message()
                            .orElseThrow()
                            .at("result", "tools")
                            .size())
                    .isOne();
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = ';',
                value = {"{}", "null", "[]", "5", "{'tools':null}", "{'tools':{}}", "{'tools':[]}"},
                quoteCharacter = '~')
        @DisplayName("leaves one without tools untouched")
        void withoutTools(String result) throws Exception {
            assertThat(list(RENAMING, result).kind()).isEqualTo(Kind.PASS);
        }

        @Test
        @DisplayName("leaves an error untouched")
        void errors() throws Exception {
            assertThat(decide(
                                    RENAMING,
                                    TestCall.response(
                                            quoted("{'id':1,'method':'tools/list'}"),
                                            quoted("{'id':1,'error':{'code':-32603,'message':'m'}}")))
                            .kind())
                    .isEqualTo(Kind.PASS);
        }
    }

    @Nested
    @DisplayName("given settings")
    class Configuring {
        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = ';',
                quoteCharacter = '~',
                value = {
                    "{} ; /tools ; must be a list",
                    "{'tools':{}} ; /tools ; must be a list",
                    "{'tools':['read']} ; /tools/0 ; got string",
                    "{'tools':[null]} ; /tools/0 ; got null",
                    "{'tools':[{}]} ; /tools/0 ; must have a 'tool' field",
                    "{'tools':[{'tool':''}]} ; /tools/0/tool ; not empty",
                    "{'tools':[{'tool':3}]} ; /tools/0/tool ; must be a string",
                    "{'tools':[{'tool':'a'},{'tool':'a'}]} ; /tools/1/tool ; Duplicate entry for tool 'a'",
                    "{'tools':[{'tool':'a','display_name':'a'}]} ; /tools/0/display_name ; Cannot rename 'a' to itself",
                    "{'tools':[{'tool':'a','display_name':'b'},{'tool':'b'}]} ; /tools/0/display_name ; in the list already",
                    "{'tools':[{'tool':'a','display_name':'b'},{'tool':'b','display_name':'a'}]} ; /tools/0/display_name ; in the list already",
                    "{'tools':[{'tool':'a','display_name':'c'},{'tool':'b','display_name':'c'}]} ; /tools/1/display_name ; 'a' is renamed to 'c'",
                    "{'tools':[{'tool':'a','display_name':' '}]} ; /tools/0/display_name ; not empty",
                    "{'tools':[{'tool':'read file'}]} ; /tools/0/tool ; no blanks",
                    "{'tools':[{'tool':'read '}]} ; /tools/0/tool ; no blanks",
                    "{'tools':[{'tool':'read\\u00a0file'}]} ; /tools/0/tool ; no blanks",
                    "{'tools':[{'tool':'read\\u0000'}]} ; /tools/0/tool ; no blanks",
                    "{'tools':[{'tool':'a','display_name':'Has Spaces'}]} ; /tools/0/display_name ; begins with a letter",
                    "{'tools':[{'tool':'a','display_name':'1st'}]} ; /tools/0/display_name ; begins with a letter",
                    "{'tools':[{'tool':'a','display_name':'_b'}]} ; /tools/0/display_name ; begins with a letter",
                    "{'tools':[{'tool':'a','display_name':'b.c'}]} ; /tools/0/display_name ; begins with a letter",
                    "{'tools':[{'tool':'a','display_name':'na\u00efve'}]} ; /tools/0/display_name ; begins with a letter",
                    "{'tools':[{'tool':'a','display_description':1}]} ; /tools/0/display_description ; must be a string"
                })
        @DisplayName("refuses those that make no sense, and says where")
        void refuses(String settings, String path, String part) {
            assertThatThrownBy(() -> new ToolManager().configure(TestSettings.of(quoted(settings))))
                    .isInstanceOfSatisfying(
                            SettingsException.class, e -> assertThat(e.path()).isEqualTo(path))
                    .hasMessageContaining(part);
        }

        @Test
        @DisplayName("takes each name that a server may have given, and display names of up to 128 characters")
        void names() {
            for (String name : List.of("1password", "files.read", "ns/tool", "_private", "a:b", "naïve", "read-file")) {
                Document tools = Document.array(Document.object("tool", Document.of(name))
                        .with("display_name", Document.of("a" + "-_9Z".repeat(31) + "-_9")));

                assertThat(new ToolManager().statusText(TestSettings.of(Document.object("tools", tools))))
                        .isEqualTo("Shows 1 of the server's tools, 1 renamed");
            }
            Document longer = Document.array(
                    Document.object("tool", Document.of("a")).with("display_name", Document.of("a".repeat(129))));
            assertThatThrownBy(() -> new ToolManager().configure(TestSettings.of(Document.object("tools", longer))))
                    .hasMessageContaining("at most 128 characters");
        }

        @Test
        @DisplayName("says in a line what they do")
        void status() {
            ToolManager manager = new ToolManager();

            assertThat(manager.statusText(TestSettings.of(quoted(RENAMING))))
                    .isEqualTo("Shows 2 of the server's tools, 1 renamed");
            assertThat(manager.statusText(TestSettings.of(quoted("{'tools':[]}"))))
                    .isEqualTo("Hides all of the server's tools");
        }
    }
}
