package org.sallyport.gateway.internal.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.Arguments;

@DisplayName("A file of cases")
class CaseSuiteTest {
    private static final String SCRIPT =
            "{'type':'security','name':'s','server':'_global','priority':50,'script':{'do':'%s','suffix':'!','message':'m'}}";
    private static final String REQUEST =
            "{'kind':'request','server':'srv','message':{'method':'tools/call','id':1,'params':{'name':'t','v':'x'}}}";

    private static CaseReport run(String... lines) {
        byte[] bytes = String.join("\n", lines).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return new CaseSuite(new CaseRunner(new SmallEngine(), new ChainSimulation()))
                .run(CaseFile.read("cases.jsonl", bytes));
    }

    private static String line(String id, String plugins, String input, String expected) {
        return "{'id':'" + id + "','area':'a','config':{'plugins':[" + plugins + "]},'input':" + input + ",'expected':"
                + expected + ",'deviates':false}";
    }

    private static CaseReport script(String action, String expected) {
        return run(line("c", SCRIPT.formatted(action), REQUEST, expected));
    }

    @ParameterizedTest
    @DisplayName("has stand-ins that do what their script says")
    @CsvSource(delimiter = '|', textBlock = """
                    allow          | {'outcome':'allowed','forwarded':true,'stages':[['s','allowed']]}
                    block          | {'outcome':'blocked','blocked_at':'s','forwarded':false,'content_cleared':true,'error':{'code':-32000}}
                    append         | {'outcome':'modified','final':{'v':'x!','name':'t'}}
                    complete       | {'outcome':'completed_by_middleware','forwarded':false,'final':{}}
                    throw          | {'outcome':'error','forwarded':false,'error':{'code':-32603}}
                    block_response | {'outcome_in':['allowed','modified'],'final':{'name':'t','v':'x'}}
                    throw_response | {'outcome':'allowed'}
                    throw_log      | {'outcome':'allowed','reason_code':'none','detected':[]}
                    """)
    void standIns(String action, String expected) {
        assertThat(script(action, expected)).hasToString("1 passed, 0 failed");
    }

    @Test
    @DisplayName("says of a case that fails what was expected and what was")
    void failing() {
        CaseReport report = script("allow", "{'outcome':'blocked','final':{'name':'t','v':'y'}}");

        assertThat(report)
                .hasToString("FAILED c (line 1, a)\n"
                        + "    expected outcome [\"blocked\"], was [\"allowed\"]\n"
                        + "    expected final [{\"name\":\"t\",\"v\":\"y\"}], was [{\"name\":\"t\",\"v\":\"x\"}]\n"
                        + "0 passed, 1 failed");
    }

    @Test
    @DisplayName("reports a miss that is not binding, and does not count it as failed")
    void tolerated() {
        CaseReport report = script("allow", "{'outcome':'blocked','binding':false}");

        assertThat(report.failed()).isZero();
        assertThat(report.toString()).startsWith("missed, but not binding: c").endsWith("0 passed, 0 failed");
    }

    @ParameterizedTest
    @DisplayName("never passes over what it does not know")
    @ValueSource(strings = {"{'outcome':'allowed','colour':'red'}", "{'valid':true}", "{'answer':{}}"})
    void unknownFields(String expected) {
        assertThat(script("allow", expected).toString())
                .contains("is not known")
                .endsWith("0 passed, 1 failed");
    }

    @Test
    @DisplayName("fails cases of a kind or script that nobody knows, and goes on with the next")
    void unknownKinds() {
        CaseReport report = run(
                line("a", "", "{'kind':'dance'}", "{'outcome':'allowed'}"),
                line("b", SCRIPT.formatted("dance"), REQUEST, "{'outcome':'allowed'}"),
                line("c", "", REQUEST, "{'outcome':'no_security','stages':[]}"));

        assertThat(report.misses()).hasSize(2);
        assertThat(report.toString()).contains("[dance]").endsWith("1 passed, 2 failed");
    }

    @Test
    @DisplayName("finds what must be absent in what leaves, in names and in numbers too")
    void absent() {
        assertThat(script("append", "{'absent':['x!']}").toString()).contains("it leaves");
        assertThat(script("append", "{'absent':['name']}").failed()).isOne();
        assertThat(script("append", "{'absent':['elsewhere']}").failed()).isZero();
    }

    @ParameterizedTest
    @DisplayName("checks configurations")
    @CsvSource(delimiter = '|', textBlock = """
                    {'kind':'plugin_config'} | {'type':'t','handler':'h','config':{'priority':'50'}} | false
                    {'kind':'plugin_config'} | {'type':'t','handler':'h','config':{'enabled':1}} | false
                    {'kind':'system_config','servers':['a','a']} | | false
                    {'kind':'system_config','servers':['a__b']} | | false
                    {'kind':'system_config','servers':['A']} | | false
                    {'kind':'system_config','servers':[]} | | false
                    {'kind':'system_config','servers':[{'name':'a','command':['npx',3]}]} | | false
                    {'kind':'system_config','servers':[{'name':'a','command':['npx']},'b-2_c']} | | true
                    {'kind':'system_config','servers':['a']} | {'type':'security','name':'x','server':'b','script':{'do':'allow'}} | false
                    {'kind':'system_config','servers':['a']} | {'type':'security','name':'x','server':'_notes','script':{'do':'allow'}} | true
                    {'kind':'system_config','servers':[{'name':'a','url':'http://h/mcp'}]} | | true
                    {'kind':'system_config','servers':[{'name':'a','transport':'http','url':'http://h/mcp','command':null}]} | | true
                    {'kind':'system_config','servers':[{'name':'a','transport':'stdio','command':['npx']}]} | | true
                    {'kind':'system_config','servers':[{'name':'a','transport':'stdio'}]} | | false
                    {'kind':'system_config','servers':[{'name':'a','transport':'http'}]} | | false
                    {'kind':'system_config','servers':[{'name':'a','transport':'http','command':['npx']}]} | | false
                    {'kind':'system_config','servers':[{'name':'a','transport':'stdio','url':'http://h/mcp'}]} | | false
                    {'kind':'system_config','servers':[{'name':'a','transport':'pigeon','command':['npx']}]} | | false
                    {'kind':'system_config','servers':[{'name':'a','transport':5,'command':['npx']}]} | | false
                    {'kind':'system_config','servers':[{'name':'a','command':['npx'],'url':'http://h/mcp'}]} | | false
                    {'kind':'plugin_config'} | {'type':'middleware','handler':'known','config':{}} | true
                    {'kind':'plugin_config'} | {'handler':'known','config':{}} | true
                    {'kind':'plugin_config'} | {'type':'security','handler':'known','config':{}} | false
                    {'kind':'plugin_config'} | {'type':'middleware','handler':'known','config':{'priority':null}} | false
                    {'kind':'plugin_config'} | {'type':'middleware','handler':'known','config':{'critical':null}} | false
                    {'kind':'plugin_config'} | {'type':'middleware','handler':'known','priority':null,'critical':null} | true
                    """)
    void configurations(String input, String plugin, boolean valid) {
        String plugins = plugin == null ? "" : plugin;

        assertThat(run(line("c", plugins, input, "{'valid':" + valid + ",'why':'any'}")))
                .hasToString("1 passed, 0 failed");
        assertThat(run(line("c", plugins, input, "{'valid':" + !valid + "}")).failed())
                .isOne();
    }

    @ParameterizedTest
    @DisplayName("checks messages")
    @CsvSource(delimiter = '|', textBlock = """
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':'a'} | true
                    validate_request  | {'jsonrpc':'2.0','method':'','id':1} | false
                    validate_request  | {'jsonrpc':'1.0','method':'m','id':1} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':null} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1.5} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':true} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':'p'} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'$keys':1000}} | true
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'$keys':1001}} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'$nest':63}} | true
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'$nest':64}} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'$nest':10000}} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'d':{'$repeat':['x',1048576]}}} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'d':{'$repeat':['x',1048521]}}} | true
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'d':{'$repeat':['x',1048522]}}} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m','id':1,'params':{'d':{'$repeat':['é',600000]}}} | false
                    validate_request  | {'jsonrpc':'2.0','method':'a b','id':1} | true
                    validate_request  | {'jsonrpc':'2.0','method':' m','id':1} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m ','id':1} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m\\u0000','id':1} | false
                    validate_request  | {'jsonrpc':'2.0','method':'m\\u0085n','id':1} | false
                    validate_response | {'jsonrpc':'2.0','id':1,'result':{'d':{'$repeat':['x',1048576]}}} | true
                    validate_response | {'jsonrpc':'2.0','id':1,'result':{},'error':{'code':1,'message':'m'}} | false
                    validate_response | {'jsonrpc':'2.0','id':1} | false
                    validate_response | {'jsonrpc':'2.0','id':1,'error':{'code':'1','message':'m'}} | false
                    validate_response | {'jsonrpc':'2.0','id':null,'error':{'code':-32601,'message':'m'}} | false
                    validate_response | {'jsonrpc':'2.0','id':null,'error':{'code':-32700,'message':'m'}} | true
                    """)
    void messages(String kind, String message, boolean valid) {
        String input = "{'kind':'" + kind + "','message':" + message + "}";

        assertThat(run(line("c", "", input, "{'valid':" + valid + "}"))).hasToString("1 passed, 0 failed");
    }

    @ParameterizedTest
    @DisplayName("routes by the server's name, up to the first separator")
    @CsvSource(delimiter = '|', textBlock = """
                    {'method':'tools/call','id':1,'params':{'name':'a__b__c'}} | {'server':'a','params':{'name':'b__c'}}
                    {'method':'resources/read','id':1,'params':{'uri':'f__file:///x'}} | {'server':'f','params':{'uri':'file:///x'}}
                    {'method':'completion/complete','id':1,'params':{'ref':{'type':'ref/prompt','name':'a__p'}}} | {'server':'a','params':{'ref':{'type':'ref/prompt','name':'p'}}}
                    {'method':'tools/call','id':1,'params':{'name':'bare'}} | {'error':{'code':-32602}}
                    {'method':'tools/call','id':1,'params':{'name':'__x'}} | {'error':{'code':-32602}}
                    {'method':'tools/call','id':1,'params':{'name':'x__'}} | {'error':{'code':-32602}}
                    {'method':'tools/call','id':1,'params':null} | {'error':{'code':-32602}}
                    {'method':'resources/read','id':1,'params':{'uri':'file:///a__b'}} | {'error':{'code':-32602}}
                    {'method':'tools/list','id':1,'params':null} | {'broadcast':true}
                    {'method':'who/knows','id':1} | {'error':{'code':-32601}}
                    """)
    void routes(String message, String expected) {
        String input = "{'kind':'route','message':" + message + "}";

        assertThat(run(line("c", "", input, expected))).hasToString("1 passed, 0 failed");
    }

    @ParameterizedTest
    @DisplayName("plays a gateway: names, chain, server, and back")
    @CsvSource(delimiter = '|', textBlock = """
                    allow          | srv__t | {'answer':{'id':7,'result_has':{'content':[{'type':'text','text':'ok'}]},'ok':true},'upstream_calls':1,'upstream_params':{'name':'t','arguments':{'v':'x'}}}
                    append         | srv__t | {'answer':{'id':7,'result':{'content':[{'type':'text','text':'ok!'}]}},'upstream_params':{'name':'t','arguments':{'v':'x!'}}}
                    block          | srv__t | {'answer':{'id':7,'error':{'code':-32000}},'upstream_calls':0}
                    throw          | srv__t | {'answer':{'id':7,'error':{'code':-32603}},'upstream_calls':0}
                    block_response | srv__t | {'answer':{'id':7,'error':{'code':-32000}},'upstream_calls':1,'absent':['ok']}
                    complete       | srv__t | {'answer':{'id':7,'result':{}},'upstream_calls':0}
                    allow          | t      | {'answer':{'id':7,'error':{'code':-32602}},'upstream_calls':0}
                    allow          | no__t  | {'answer':{'id':7,'error':{'code':-32602}},'upstream_calls':0}
                    """)
    void gateway(String action, String tool, String expected) {
        String input = "{'kind':'gateway','servers':['srv'],'message':{'method':'tools/call','id':7,'params':{'name':'"
                + tool + "','arguments':{'v':'x'}}},'upstream':{'result':{'content':[{'type':'text','text':'ok'}]}}}";

        assertThat(run(line("c", SCRIPT.formatted(action), input, expected))).hasToString("1 passed, 0 failed");
    }

    @Test
    @DisplayName("tells a message that could not be audited from one whose guard failed")
    void auditing() {
        String auditor = SCRIPT.formatted("throw").replace("'security'", "'auditing'");
        String input = "{'kind':'gateway','servers':['srv'],'message':{'method':'tools/call','id':7,'params':{'name':"
                + "'srv__t'}},'upstream':{'result':{}}}";

        assertThat(run(
                        line("a", auditor, REQUEST, "{'outcome':'error','error':{'code':-32005}}"),
                        line("b", auditor, input, "{'answer':{'id':7,'error':{'code':-32005}},'upstream_calls':0}")))
                .hasToString("2 passed, 0 failed");
    }

    @Test
    @DisplayName("looks at an aggregated list once for each server")
    void aggregated() {
        String input =
                "{'kind':'response','server':null,'request':{'method':'tools/list','id':1,'params':null},'message':{'id':1,"
                        + "'result':{'tools':[{'name':'a__x'},{'name':'b__y'},{'name':'a__z'}]}}}";

        CaseReport report = run(line(
                "c", SCRIPT.formatted("allow"), input, "{'outcome':'allowed','final_names':['a__x','a__z','b__y']}"));

        assertThat(report).hasToString("1 passed, 0 failed");
    }

    @ParameterizedTest
    @DisplayName("puts together what became of an aggregated list")
    @CsvSource(delimiter = '|', textBlock = """
                    allow | allow | {'outcome':'allowed','stages':[['s','allowed'],['t','allowed']],'forwarded':true}
                    allow | block | {'outcome':'modified','stages':[['s','allowed'],['t','blocked']],'final_names':['a__x'],'forwarded':true,'content_cleared':true}
                    block | allow | {'outcome':'modified','stages':[['s','blocked'],['t','allowed']],'final_names':['b__y'],'forwarded':true,'blocked_at':null}
                    throw | allow | {'outcome':'modified','stages':[['s','error'],['t','allowed']],'final_names':['b__y'],'forwarded':true}
                    block | block | {'outcome':'blocked','stages':[['s','blocked'],['t','blocked']],'forwarded':false,'blocked_at':'s','error':{'code':-32000}}
                    block | throw | {'outcome':'blocked','stages':[['s','blocked'],['t','error']],'forwarded':false}
                    throw | throw | {'outcome':'error','stages':[['s','error'],['t','error']],'forwarded':false}
                    """)
    void together(String first, String second, String expected) {
        String plugins = SCRIPT.formatted(first).replace("_global", "a")
                + ','
                + SCRIPT.formatted(second).replace("_global", "b").replace("'name':'s'", "'name':'t'");
        String input = "{'kind':'response','server':null,'request':{'method':'tools/list','id':1},'message':{'id':1,"
                + "'result':{'tools':[{'name':'a__x'},{'name':'b__y'}]}}}";

        assertThat(run(line("c", plugins, input, expected))).hasToString("1 passed, 0 failed");
    }

    @Test
    @DisplayName("has what stands for a server in place of what is called the same and stands for all")
    void overrides() {
        String global = SCRIPT.formatted("allow");
        String own = SCRIPT.formatted("block").replace("_global", "srv");
        String other = SCRIPT.formatted("throw").replace("_global", "other");
        String stages = "{'stages':[['s','blocked']]}";

        assertThat(run(
                        line("a", global + ',' + own + ',' + other, REQUEST, stages),
                        line("b", own + ',' + other + ',' + global, REQUEST, stages)))
                .hasToString("2 passed, 0 failed");
        assertThat(run(line("c", global + ',' + global, REQUEST, "{'stages':[['s','allowed'],['s~2','allowed']]}")))
                .hasToString("1 passed, 0 failed");
    }

    @Test
    @DisplayName("leaves out plugins that stand in a section for notes")
    void notes() {
        String plugin = SCRIPT.formatted("block").replace("_global", "_notes");

        assertThat(run(line("c", plugin, REQUEST, "{'outcome':'no_security','stages':[]}")))
                .hasToString("1 passed, 0 failed");
    }

    @ParameterizedTest
    @DisplayName("is refused with the line where it is wrong")
    @CsvSource(delimiter = '|', textBlock = """
                    {'id':'x' | line 2: it is no JSON
                    [] | line 2: a case is an object
                    {'id':'x','input':{},'expected':{}} | line 2: a case has an 'id'
                    {'id':'first','input':{'kind':'k'},'expected':{}} | line 2: the id [first] stands in line 1 already
                    {'id':'x','inputs':{'kind':'k'}} | line 2: the member [inputs] is not known
                    {'id':'x','input':{'kind':'k','colour':1},'expected':{}} | line 2: the input [colour] is not known
                    """)
    void badLines(String second, String message) {
        assertThatThrownBy(() -> run("{'id':'first','input':{'kind':'k'},'expected':{}}", second))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining(message);
    }

    @Test
    @DisplayName("is a report if all pass, and an exception with the report if one fails")
    void verb(@TempDir Path folder) throws IOException {
        PolicyTestVerb verb = new PolicyTestVerb(new SmallEngine());
        Files.writeString(
                folder.resolve("good"),
                line("c", "", REQUEST, "{'outcome':'no_security'}").replace('\'', '"'));
        Files.writeString(
                folder.resolve("bad"),
                line("c", "", REQUEST, "{'outcome':'blocked'}").replace('\'', '"'));

        assertThat(verb.run(new Arguments(Map.of("file", "good"), folder))).isEqualTo("1 passed, 0 failed");
        assertThatThrownBy(() -> verb.run(new Arguments(Map.of("file", "bad"), folder)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("cases_failed"))
                .hasMessageEndingWith("0 passed, 1 failed");
    }
}
