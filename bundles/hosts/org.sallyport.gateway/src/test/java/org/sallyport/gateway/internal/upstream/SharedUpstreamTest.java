package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;

@DisplayName("A server that sessions share")
class SharedUpstreamTest {
    private final List<String> sent = new ArrayList<>();
    private Upstream.Inbox server;
    private final Upstream inner = new Upstream() {
        @Override
        public String name() {
            return "srv";
        }

        @Override
        public Link open(Era era, Inbox inbox) {
            server = inbox;
            return new Link() {
                @Override
                public CompletionStage<Void> send(Frame frame) {
                    sent.add(frame.document().toJson());
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    };
    private final Upstream shared = new SharedUpstream(inner);
    private final RecordingInbox one = new RecordingInbox();
    private final RecordingInbox two = new RecordingInbox();
    private final Upstream.Link first = shared.open(Era.LEGACY, one);
    private final Upstream.Link second = shared.open(Era.LEGACY, two);

    private void greet() {
        first.send(Given.initialize(1));
        second.send(Given.initialize(1));
        server.received(Given.frame("{'jsonrpc':'2.0','id':1,'result':{'hello':true}}"), "");
        first.send(Given.initialized());
        second.send(Given.initialized());
    }

    @Test
    @DisplayName("is greeted once, without capabilities, and its answer goes to all, later ones too")
    void greeting() {
        greet();
        RecordingInbox three = new RecordingInbox();
        shared.open(Era.LEGACY, three).send(Given.initialize(7));

        assertThat(sent).hasSize(2);
        assertThat(sent.get(0)).contains("\"capabilities\":{}");
        assertThat(one.events).containsExactly("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"hello\":true}}");
        assertThat(two.events).isEqualTo(one.events);
        assertThat(three.events).containsExactly("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"hello\":true}}");
    }

    @Test
    @DisplayName("sees ids and tokens of its own; answers and progress find the session that asked")
    void ids() {
        greet();
        first.send(Given.call(5, "a", "{}"));
        second.send(Given.call(5, "b", "{}"));
        first.send(Given.frame("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':5}}"));
        server.received(
                Given.frame(
                        "{'jsonrpc':'2.0','method':'notifications/progress','params':{'progressToken':'3','progress':1}}"),
                "");
        server.received(Given.frame("{'jsonrpc':'2.0','id':3,'result':{}}"), "");
        server.failed("2", new UpstreamException("gone"));

        assertThat(sent.get(2)).contains("\"id\":2").contains("\"progressToken\":\"2\"");
        assertThat(sent.get(3)).contains("\"id\":3").contains("\"progressToken\":\"3\"");
        assertThat(sent.get(4)).contains("\"requestId\":2");
        assertThat(two.events.subList(1, 3))
                .containsExactly(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p5\",\"progress\":1}}",
                        "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}");
        assertThat(one.events.subList(1, 2)).containsExactly("failed 5: gone");
    }

    @Test
    @DisplayName("may notify all, and is refused when it asks for something")
    void serverAsks() {
        greet();
        server.received(Given.frame("{'jsonrpc':'2.0','id':'s','method':'sampling/createMessage'}"), "");
        server.received(Given.frame("{'jsonrpc':'2.0','id':'p','method':'ping'}"), "");
        server.received(Given.frame("{'jsonrpc':'2.0','method':'notifications/tools/list_changed'}"), "");
        second.close();
        server.lost(new UpstreamException("gone"));

        assertThat(sent.get(2)).contains("\"id\":\"s\"").contains("-32601");
        assertThat(sent.get(3)).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}");
        assertThat(one.events.get(1)).isEqualTo(two.events.get(1)).contains("list_changed");
        assertThat(one.events.get(2)).isEqualTo("lost: gone");
        assertThat(two.events).hasSize(2);
    }
}
