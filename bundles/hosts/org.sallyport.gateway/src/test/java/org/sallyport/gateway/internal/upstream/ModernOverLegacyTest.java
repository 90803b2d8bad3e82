package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;

@DisplayName("A modern client at a legacy server")
class ModernOverLegacyTest {
    private static final String INITIALIZED = "'result':{'protocolVersion':'2025-11-25','capabilities':{'tools':{},"
            + "'logging':{}},'serverInfo':{'name':'l','version':'1'}}";
    private static final String META =
            "'io.modelcontextprotocol/protocolVersion':'2026-07-28','io.modelcontextprotocol/clientCapabilities':{'roots':{}}";

    private final RecordingInbox inbox = new RecordingInbox();
    private final FakeServer server = new FakeServer(ModernOverLegacyTest::serve);
    private final Upstream.Link link = new NegotiatedUpstream(server, Era.LEGACY).open(Era.MODERN, inbox);

    private static void serve(FakeServer.Line line, Frame frame) {
        String name = frame.document().at("params", "name").text("");
        if (frame.method().orElse("").equals("initialize")) {
            line.answer(frame, INITIALIZED);
        } else if (frame.method().orElse("").equals("tools/list")) {
            line.answer(frame, "'result':{'tools':[]}");
        } else if (frame.method().orElse("").equals("resources/read")) {
            line.answer(frame, "'error':{'code':-32002,'message':'nothing there'}");
        } else if (name.equals("ask")) {
            line.say("{'jsonrpc':'2.0','id':'q1','method':'roots/list'}");
        } else if (frame.method().orElse("").startsWith("resources/")) {
            line.answer(frame, "'result':{}");
        } else if (name.equals("echo")) {
            line.say("{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':1}}");
            line.answer(frame, "'result':{'content':[]}");
        } else if (frame.isResponse()) {
            line.answer(line.of("tools/call").get(0), "'result':{'content':['done']}");
        }
    }

    private static Frame request(int id, String method, String more) {
        return request(id, method, "", more);
    }

    private static Frame request(int id, String method, String meta, String more) {
        return Given.frame("{'jsonrpc':'2.0','id':" + id + ",'method':'" + method + "','params':{'_meta':{" + META
                + meta + "}" + more + "}}");
    }

    private Document result(int id) {
        return inbox.answer(Integer.toString(id)).document().get("result");
    }

    private FakeServer.Line line(int number) {
        return server.lines.get(number);
    }

    @Test
    @DisplayName("discovers what the server says when it is initialized")
    void discovers() {
        link.send(request(1, Modern.DISCOVER, ""));

        assertThat(result(1).get("supportedVersions").toJson()).isEqualTo("[\"2026-07-28\"]");
        assertThat(result(1).get("capabilities").has("logging")).isTrue();
        assertThat(result(1).get("_meta").get(Modern.SERVER).get("name").text(""))
                .isEqualTo("l");
        assertThat(result(1).get("cacheScope").text("")).isEqualTo("private");
        assertThat(line(0).of("initialize")
                        .get(0)
                        .document()
                        .at("params", "capabilities")
                        .toJson())
                .isEqualTo("{\"roots\":{}}");
    }

    @Test
    @DisplayName("has its requests run in one session, one after the other, without what is of its era alone")
    void session() {
        link.send(request(1, "tools/list", ""));
        link.send(request(2, "tools/call", ",'name':'echo'"));

        assertThat(server.lines).hasSize(1);
        assertThat(line(0).of("tools/call").get(0).document().get("params").toJson())
                .isEqualTo("{\"name\":\"echo\"}");
        assertThat(result(1).get("resultType").text("")).isEqualTo("complete");
        assertThat(result(1).get("ttlMs").asLong(-1)).isZero();
        assertThat(result(2).has("ttlMs")).isFalse();
        assertThat(inbox.events).noneMatch(event -> event.contains("notifications/message"));
    }

    @Test
    @DisplayName("hears log messages of its request if it asked for their level")
    void logs() {
        link.send(request(1, "tools/call", ",'io.modelcontextprotocol/logLevel':'info'", ",'name':'echo'"));
        link.send(request(2, "tools/call", ",'io.modelcontextprotocol/logLevel':'error'", ",'name':'echo'"));

        assertThat(inbox.events)
                .filteredOn(event -> event.contains("notifications/message"))
                .singleElement()
                .asString()
                .startsWith("1> ");
        assertThat(line(0).of("logging/setLevel")).hasSize(2);
    }

    @Test
    @DisplayName("is told that input is required, and gets its answer when it comes back with it")
    void input() {
        link.send(request(1, "tools/call", ",'name':'ask'"));
        Document required = result(1);
        String state = required.get("requestState").text("");

        assertThat(required.get("resultType").text("")).isEqualTo("input_required");
        assertThat(required.get("inputRequests").toJson())
                .isEqualTo("{\"input-1\":{\"method\":\"roots/list\",\"params\":{}}}");

        link.send(request(
                2,
                "tools/call",
                ",'name':'ask','inputResponses':{'input-1':{'roots':[]}},'requestState':'" + state + "'"));

        assertThat(line(0).sent.get(line(0).sent.size() - 1).document().toJson())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"result\":{\"roots\":[]}}");
        assertThat(result(2).get("content").toJson()).isEqualTo("[\"done\"]");
        assertThat(server.lines).hasSize(1);
    }

    @Test
    @DisplayName(
            "hears when it comes back with its input what the server said meanwhile, in order and under its new token")
    void meanwhile() {
        link.send(request(
                1, "tools/call", ",'progressToken':'p1','io.modelcontextprotocol/logLevel':'info'", ",'name':'ask'"));
        String state = result(1).get("requestState").text("");
        int before = inbox.events.size();
        String token = line(0).of("tools/call")
                .get(0)
                .document()
                .at("params", "_meta", "progressToken")
                .toJson()
                .replace('"', '\'');
        for (int i = 1; i <= ModernRun.MAX_AWAY; i++) {
            line(0).say("{'jsonrpc':'2.0','method':'notifications/progress','params':{'progressToken':" + token
                    + ",'progress':" + i + "}}");
        }
        line(0).say("{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':'last'}}");
        assertThat(inbox.events).hasSize(before);

        link.send(request(
                2,
                "tools/call",
                ",'progressToken':'p2','io.modelcontextprotocol/logLevel':'info'",
                ",'name':'ask','inputResponses':{'input-1':{'roots':[]}},'requestState':'" + state + "'"));

        List<String> told = inbox.events.subList(before, inbox.events.size());
        assertThat(told).as("the oldest one made room").hasSize(ModernRun.MAX_AWAY + 1);
        for (int i = 2; i <= ModernRun.MAX_AWAY; i++) {
            assertThat(told.get(i - 2)).startsWith("2> ").contains("\"p2\"", "\"progress\":" + i + "}");
        }
        assertThat(told.get(ModernRun.MAX_AWAY - 1)).startsWith("2> ").contains("last");
        assertThat(told.get(ModernRun.MAX_AWAY)).contains("done");
    }

    @Test
    @DisplayName("hears the newest of what was said meanwhile, however long, and no more than a mebibyte of it")
    void muchMeanwhile() {
        link.send(request(1, "tools/call", ",'io.modelcontextprotocol/logLevel':'info'", ",'name':'ask'"));
        String state = result(1).get("requestState").text("");
        int before = inbox.events.size();
        String half = "x".repeat((int) ModernRun.MAX_AWAY_BYTES / 2);
        for (String data : List.of("first " + half, "second " + half, "third", "fourth " + half + half)) {
            line(0).say("{'jsonrpc':'2.0','method':'notifications/message','params':{'level':'info','data':'" + data
                    + "'}}");
        }

        link.send(request(
                2,
                "tools/call",
                ",'io.modelcontextprotocol/logLevel':'info'",
                ",'name':'ask','inputResponses':{'input-1':{'roots':[]}},'requestState':'" + state + "'"));

        assertThat(inbox.events.subList(before, inbox.events.size()))
                .filteredOn(event -> event.contains("notifications/message"))
                .singleElement()
                .asString()
                .contains("fourth");
    }

    @Test
    @DisplayName("cannot take up another request than the one that waits, nor the same one twice")
    void foreignState() {
        link.send(request(1, "tools/call", ",'name':'ask'"));
        String state = result(1).get("requestState").text("");

        link.send(request(2, "tools/call", ",'name':'echo','requestState':'" + state + "'"));
        link.send(request(3, "tools/call", ",'name':'ask','requestState':'" + state + "'"));

        for (int id : List.of(2, 3)) {
            assertThat(inbox.answer("" + id).document().at("error", "code").asLong(0))
                    .isEqualTo(-32602);
        }
    }

    @Test
    @DisplayName("has other requests run in another session while one waits for its input")
    void apart() {
        link.send(request(1, "tools/call", ",'name':'ask'"));
        link.send(request(2, "tools/call", ",'name':'echo'"));

        assertThat(result(2).has("content")).isTrue();
        assertThat(server.lines).hasSize(2);
    }

    @Test
    @DisplayName("that lets more requests wait than are kept loses the oldest, and the server is told")
    void bounded() {
        for (int id = 0; id <= ModernOverLegacy.MAX_PARKED; id++) {
            link.send(request(id, "tools/call", ",'name':'ask'"));
        }
        link.send(request(
                9_999,
                "tools/call",
                ",'name':'ask','requestState':'" + result(0).get("requestState").text("") + "'"));

        assertThat(inbox.answer("9999").document().has("error")).isTrue();
        assertThat(line(0).of("notifications/cancelled")).hasSize(1);
        assertThat(line(1).of("notifications/cancelled")).isEmpty();
    }

    @Test
    @DisplayName("cancels by the id that the server knows; the session is used again only after the server's last word")
    void cancels() {
        link.send(request(5, "tools/call", ",'name':'slow'"));
        link.send(Given.frame("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':5}}"));
        Frame call = line(0).of("tools/call").get(0);
        link.send(request(6, "tools/call", ",'name':'echo'"));
        line(0).answer(call, "'result':{}");
        link.send(request(7, "tools/call", ",'name':'echo'"));

        assertThat(line(0).of("notifications/cancelled").get(0).document().at("params", "requestId"))
                .isEqualTo(call.id());
        assertThat(line(1).of("tools/call")).hasSize(1);
        assertThat(line(0).of("tools/call")).hasSize(2);
        assertThat(inbox.events).noneMatch(event -> event.contains("\"id\":5"));
    }

    @Test
    @DisplayName(
            "may use the session of a cancelled request again once the server has answered a ping that came after that")
    void pings() {
        link.send(request(5, "tools/call", ",'name':'slow'"));
        link.send(cancelled(5));
        Frame call = line(0).of("tools/call").get(0);
        Frame ping = line(0).of("ping").get(0);
        line(0).answer(ping, "'result':{}");
        link.send(request(6, "tools/call", ",'name':'slow'"));

        assertThat(server.lines).hasSize(1);
        assertThat(line(0).sent.indexOf(line(0).of("notifications/cancelled").get(0)))
                .isLessThan(line(0).sent.indexOf(ping));

        // What the server says of the first one nevertheless is not taken for a word of the second.
        link.send(cancelled(6));
        line(0).answer(call, "'result':{}");
        link.send(request(7, "tools/call", ",'name':'echo'"));
        assertThat(server.lines).hasSize(2);
        assertThat(inbox.events).noneMatch(event -> event.contains("\"id\":5"));
    }

    @Test
    @DisplayName(
            "has no more sessions wait for the last word on a cancelled request than the bound; the oldest is ended")
    void lingering() {
        for (int id = 0; id <= LegacySeats.MAX_LINGERING; id++) {
            link.send(request(id, "tools/call", ",'name':'slow'"));
            link.send(cancelled(id));
        }

        assertThat(server.lines).hasSize(LegacySeats.MAX_LINGERING + 1);
        assertThat(server.lines.stream().map(to -> to.closed)).containsExactly(true, false, false, false, false);
    }

    private static Frame cancelled(int id) {
        return Given.frame("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':" + id + "}}");
    }

    private static Frame listen(int id, String wanted) {
        return request(id, Modern.LISTEN, ",'notifications':{" + wanted + "}");
    }

    @Test
    @DisplayName("that cancelled before the server was initialized leaves the session for the next request")
    void cancelledEarly() {
        Frame[] asked = new Frame[1];
        FakeServer slow = new FakeServer((to, frame) -> {
            if (frame.method().orElse("").equals("initialize")) {
                asked[0] = frame;
            } else {
                serve(to, frame);
            }
        });
        Upstream.Link at = new NegotiatedUpstream(slow, Era.LEGACY).open(Era.MODERN, inbox);
        for (String method : List.of(Modern.DISCOVER, "tools/list")) {
            at.send(request(5, method, ""));
            at.send(cancelled(5));
        }
        slow.lines.forEach(to -> to.answer(asked[0], INITIALIZED));
        at.send(request(6, "tools/list", ""));
        at.send(request(7, "tools/list", ""));

        assertThat(result(7).has("tools")).isTrue();
        assertThat(slow.lines).hasSize(2);
        assertThat(inbox.events).noneMatch(event -> event.contains("\"id\":5"));
    }

    @Test
    @DisplayName("has the next session prepared whenever one is opened, and only then")
    void prepares() {
        link.send(request(1, "tools/list", ""));
        link.send(request(2, "tools/list", ""));
        assertThat(server.prepares).hasValue(1);

        link.send(request(3, "tools/call", ",'name':'ask'"));
        link.send(request(4, "tools/list", ""));
        assertThat(server.lines).hasSize(2);
        assertThat(server.prepares).hasValue(2);
    }

    @Test
    @DisplayName("that subscribes hears what its requests change, as they run in the session in which it listens")
    void listensWhereItCalls() {
        link.send(request(1, "tools/list", ""));
        link.send(listen(8, "'toolsListChanged':true"));
        link.send(request(2, "tools/call", ",'name':'slow'"));
        link.send(listen(9, "'toolsListChanged':true"));
        line(0).say("{'jsonrpc':'2.0','method':'notifications/tools/list_changed'}");

        assertThat(server.lines).hasSize(1);
        assertThat(inbox.events.subList(1, 5))
                .extracting(event -> event.substring(0, 3))
                .containsExactlyInAnyOrder("8> ", "9> ", "8> ", "9> ");
    }

    @Test
    @DisplayName("that subscribes twice to a resource has the server told once, and again when it wants it no more")
    void watches() {
        link.send(listen(8, "'resourceSubscriptions':['x://y','x://z']"));
        link.send(listen(9, "'resourceSubscriptions':['x://y']"));
        assertThat(line(0).of("resources/subscribe")).hasSize(2);

        link.send(cancelled(8));
        assertThat(line(0).of("resources/unsubscribe"))
                .singleElement()
                .satisfies(
                        frame -> assertThat(frame.document().at("params", "uri").text(""))
                                .isEqualTo("x://z"));
        link.send(cancelled(9));
        link.send(cancelled(9));
        assertThat(line(0).of("resources/unsubscribe")).hasSize(2);
        assertThat(line(0).closed).isFalse();
    }

    @Test
    @DisplayName("whose server forgets the session hears that its subscription is broken, and may take it up again")
    void brokenSubscription() {
        link.send(listen(8, "'resourceSubscriptions':['x://y']"));
        line(0).lose();
        assertThat(inbox.events.get(inbox.events.size() - 1)).startsWith("failed 8: Server [srv] ended");

        link.send(listen(9, "'resourceSubscriptions':['x://y']"));
        line(0).say("{'jsonrpc':'2.0','method':'notifications/resources/updated','params':{'uri':'x://y'}}");
        assertThat(line(0).of("initialize")).hasSize(2);
        assertThat(line(0).of("resources/subscribe")).hasSize(2);
        assertThat(inbox.events.get(inbox.events.size() - 1)).startsWith("9> ").contains("resources/updated");
    }

    @Test
    @DisplayName("keeps the sessions in which it listens, beside those that are kept for later requests")
    void keepsListening() {
        link.send(listen(1, "'toolsListChanged':true"));
        for (int id = 10; id < 12 + LegacySeats.MAX_IDLE; id++) {
            link.send(request(id, "tools/call", ",'name':'slow'"));
        }
        for (FakeServer.Line each : server.lines) {
            each.answer(each.of("tools/call").get(0), "'result':{}");
        }

        assertThat(server.lines).hasSize(LegacySeats.MAX_IDLE + 2);
        assertThat(server.lines).filteredOn(to -> to.closed).hasSize(1).doesNotContain(line(0));
        link.send(cancelled(1));
        assertThat(server.lines).filteredOn(to -> to.closed).hasSize(2);
    }

    @Test
    @DisplayName("is pinged by a server in whose session nothing runs")
    void idlePing() {
        link.send(request(1, "tools/call", ",'name':'echo'"));
        line(0).say("{'jsonrpc':'2.0','id':'p','method':'ping'}");

        assertThat(line(0).sent.get(line(0).sent.size() - 1).document().toJson())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}");
    }

    @Test
    @DisplayName(
            "hears of a subscription what it wants, and nothing else, until it leaves; the session stays for its requests")
    void subscription() {
        link.send(request(
                8, Modern.LISTEN, ",'notifications':{'toolsListChanged':true,'resourceSubscriptions':['x://y']}"));
        for (String what : List.of(
                "tools/list_changed'", "prompts/list_changed'", "resources/updated','params':{'uri':'x://z'}")) {
            line(0).say("{'jsonrpc':'2.0','method':'notifications/" + what + "}");
        }

        assertThat(line(0).of("resources/subscribe")).hasSize(1);
        assertThat(inbox.events).hasSize(2).allMatch(event -> event.contains("subscriptionId\":8"));
        assertThat(inbox.events.get(0)).contains("acknowledged");
        assertThat(inbox.events.get(1)).contains("tools/list_changed");

        link.send(cancelled(8));
        line(0).say("{'jsonrpc':'2.0','method':'notifications/tools/list_changed'}");
        link.send(request(9, "tools/list", ""));
        assertThat(inbox.events).hasSize(3);
        assertThat(server.lines).hasSize(1);
    }

    @Test
    @DisplayName("gets the error codes of its era")
    void codes() {
        link.send(request(1, "resources/read", ",'uri':'x://y'"));
        link.send(request(2, "ping", ""));

        assertThat(inbox.answer("1").document().at("error", "code").asLong(0)).isEqualTo(-32602);
        assertThat(inbox.answer("2").document().at("error", "code").asLong(0)).isEqualTo(-32601);
    }

    @Test
    @DisplayName("finds out that the server does not speak its era by asking it, once")
    void negotiates() {
        FakeServer old = new FakeServer((to, frame) -> {
            if (frame.method().orElse("").equals(Modern.DISCOVER)) {
                to.answer(frame, "'error':{'code':-32601,'message':'what?'}");
            } else {
                serve(to, frame);
            }
        });
        NegotiatedUpstream upstream = new NegotiatedUpstream(old, null);
        upstream.open(Era.MODERN, inbox).send(request(1, "tools/list", ""));
        upstream.open(Era.MODERN, inbox).send(request(2, "tools/list", ""));

        assertThat(result(1).has("tools")).isTrue();
        assertThat(result(2).has("tools")).isTrue();
        assertThat(old.lines).extracting(to -> to.era).containsExactly(Era.MODERN, Era.LEGACY, Era.LEGACY);
        assertThat(old.lines.get(0).closed).isTrue();
    }

    @Test
    @DisplayName(
            "believes a server that refuses a revision that it supports it, if it names it among those that it does")
    void supported() {
        FakeServer odd = new FakeServer((to, frame) -> {
            if (to.sent.size() == 1) {
                to.answer(
                        frame,
                        "'error':{'code':-32022,'message':'not now','data':{'supported':['2026-07-28'],'requested':'2026-07-28'}}");
            } else {
                to.answer(frame, "'result':{'resultType':'complete','tools':[]}");
            }
        });
        new NegotiatedUpstream(odd, null).open(Era.MODERN, inbox).send(request(1, "tools/list", ""));

        assertThat(result(1).has("tools")).isTrue();
        assertThat(odd.lines).extracting(to -> to.era).containsExactly(Era.MODERN);
    }

    @Test
    @DisplayName("is told if the server cannot be reached, and the next request asks again how it speaks")
    void unreachable() {
        FakeServer dead = new FakeServer((to, frame) ->
                to.inbox.failed(frame.id().toJson(), new UpstreamException("Server [srv] could not be reached")));
        Upstream.Link probing = new NegotiatedUpstream(dead, null).open(Era.MODERN, inbox);
        var first = probing.send(request(1, "tools/list", "")).toCompletableFuture();
        var second = probing.send(request(2, "tools/list", "")).toCompletableFuture();

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        assertThat(dead.lines.get(0).of(Modern.DISCOVER)).hasSize(2);
    }
}
