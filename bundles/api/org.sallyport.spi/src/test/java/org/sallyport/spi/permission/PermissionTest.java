package org.sallyport.spi.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;
import org.sallyport.spi.sandbox.Tier;

@DisplayName("A permission")
class PermissionTest {
    private static final Places PLACES = new Places("/home/s/data/acme", "/home/s/tmp/acme", "acme");

    private static PermissionSet set(String... permissions) {
        return PermissionSet.of(
                Stream.of(permissions)
                        .flatMap(one -> Permission.parse(one).stream())
                        .toList(),
                PLACES);
    }

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource(
            delimiter = ' ',
            value = {
                "file.read:/etc/hosts /etc/hosts true",
                "file.read:/etc/hosts /etc/hostsx false",
                "file.read:/etc/hosts /etc false",
                "file.read:/etc/* /etc/hosts true",
                "file.read:/etc/* /etc/ssl/certs false",
                "file.read:/etc/* /etc false",
                "file.read:/etc/** /etc/ssl/certs/x true",
                "file.read:/etc/** /etc true",
                "file.read:/etc/** /etcetera false",
                "file.read:/etc/** /etc/../root false",
                "file.read:/etc/** /etc/./x false",
                "file.read:/etc/** /etc//x false",
                "file.read:/etc/** /etc/x/ false",
                "file.read:/etc/** etc/x false",
                "file.read:/** /anything true",
                "file.read:/** / true",
                "file.read:/* /anything true",
                "file.read:/* /any/thing false",
                "file.read:/ / true",
                "file.read:/ /x false",
                "file.read:${data} /home/s/data/acme true",
                "file.read:${data} /home/s/data/acme/x/y true",
                "file.read:${data} /home/s/data/acmes/x false",
                "file.read:${data}/* /home/s/data/acme/x true",
                "file.read:${tmp}/a/** /home/s/tmp/acme/a/b true",
                "file.read:${tmp}/a/** /home/s/tmp/acme/b false",
                "net.connect:example.org:443 example.org:443 true",
                "net.connect:example.org:443 EXAMPLE.org:443 true",
                "net.connect:example.org:443 example.org.:443 true",
                "net.connect:example.org:443 example.org:80 false",
                "net.connect:example.org:443 example.org false",
                "net.connect:example.org example.org:80 true",
                "net.connect:example.org:8000-8100 example.org:8100 true",
                "net.connect:example.org:8000-8100 example.org:8101 false",
                "net.connect:*.example.org:443 a.b.example.org:443 true",
                "net.connect:*.example.org:443 example.org:443 false",
                "net.connect:*.example.org:443 evilexample.org:443 false",
                "net.connect:*.example.org a.example.org/93.184.216.34:443 true",
                "net.connect:93.184.0.0/16 93.184.216.34:443 true",
                "net.connect:93.184.0.0/16 any.example.org/93.184.216.34:443 true",
                "net.connect:93.184.0.0/16 any.example.org:443 false",
                "net.connect:93.184.0.0/16 93.185.216.34:443 false",
                "net.connect:[2606:2800::/32]:443 [2606:2800:220:1::1]:443 true",
                "net.connect:[2606:2800::/32]:443 [2606:2801:220:1::1]:443 false",
                "net.connect:93.184.216.34 [::ffff:93.184.216.34]:443 true",
                "net.connect:* any:1 true",
                "net.connect:*:443 any:1 false",
                "net.connect 127.0.0.1:80 false",
                "net.connect 127.1:80 false",
                "net.connect 0x7f000001:80 false",
                "net.connect 2130706433:80 false",
                "net.connect localhost:80 false",
                "net.connect a.localhost:80 false",
                "net.connect example.org/127.0.0.1:80 false",
                "net.connect example.org/10.1.2.3:80 false",
                "net.connect 169.254.169.254:80 false",
                "net.connect 100.64.0.1:80 false",
                "net.connect 172.31.0.1:80 false",
                "net.connect 172.32.0.1:80 true",
                "net.connect [::1]:80 false",
                "net.connect [::]:80 false",
                "net.connect [fe80::1]:80 false",
                "net.connect [fd00::1]:80 false",
                "net.connect [::ffff:127.0.0.1]:80 false",
                "net.connect [64:ff9b::7f00:1]:80 false",
                "net.connect [2002:7f00:1::]:80 false",
                "net.connect [2606:2800::1]:80 true",
                "net.connect 224.0.0.1:80 false",
                "net.udp 10.0.0.1:53 false",
                "net.resolve localhost true",
                "net.resolve:*.example.org a.example.org true",
                "net.unix:/run/x.sock /run/x.sock true",
                "process.exec:/usr/bin/id /usr/bin/id true",
                "process.exec:/usr/bin/id /usr/bin/id2 false",
                "env.read:HOME HOME true",
                "env.read:HOME HOMER false",
                "env.read:LC_* LC_ALL true",
                "env.read:* X true",
                "thread.create:4 4 true",
                "thread.create:4 5 false",
                "thread.create:4 four false",
                "thread.create:4 0 false",
                "service.get:com.acme.* com.acme.Weather true",
                "event.publish:orders/*@50 orders/new true",
                "event.publish:orders/*@50 order/new false",
                "log.publish:@100 anything true",
                "config.read:${plugin} acme true",
                "config.read:${plugin} beta false",
                "file_read:/etc/hosts /etc/hosts true",
                "reflect.package:com.acme com.acme true",
            })
    void matches(String permission, String target, boolean expected) {
        Permission one = Permission.parse(permission).get(0);

        assertThat(set(permission).permits(one.type(), one.action(), target)).isEqualTo(expected);
    }

    @Test
    @DisplayName("to see the interfaces of the machine is one that may be granted to strangers")
    void interfaces() {
        PermissionType.Action action = PermissionType.action("net", "inspect");

        assertThat(action.isFor(TrustLevel.UNTRUSTED, "")).isTrue();
        assertThat(Permission.parse("net.inspect"))
                .extracting(Permission::action)
                .containsExactly("inspect");
    }

    @Test
    @DisplayName("to reach private addresses is one of its own, beside the one to connect")
    void privates() {
        assertThat(set("net.connect:127.0.0.1:80").permits("net", "connect", "127.0.0.1:80"))
                .isFalse();
        assertThat(set("net.private:127.0.0.0/8").permits("net", "connect", "127.0.0.1:80"))
                .isFalse();
        assertThat(set("net.connect:127.0.0.1:80", "net.private:127.0.0.0/8").permits("net", "connect", "127.0.0.1:80"))
                .isTrue();
        assertThat(set("net.connect:127.0.0.1:80", "net.private:10.0.0.0/8").permits("net", "connect", "127.0.0.1:80"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file.raed",
                "flie.read",
                "file",
                "",
                ":",
                ".",
                "file.read:relative",
                "file.read:/a/../b",
                "file.read:/a//b",
                "file.read:/a/",
                "file.read:/a/*/b",
                "file.read:/a/**/b",
                "file.read:${home}/x",
                "file.read:/x/${data}",
                "file.read:${data}x",
                "file.read:/x,y",
                "file.read:**",
                "net.connect:1.2.3.4/33",
                "net.connect:1.2.3",
                "net.connect:a b",
                "net.connect:x:70000",
                "net.connect:x:9-8",
                "net.connect:::1",
                "net.connect:[::1",
                "net.connect:*.",
                "net.connect:*x",
                "net.connect:http://x",
                "thread.create:0",
                "thread.create:1000001",
                "thread.create:many",
                "env.read:A*B",
                "env.read:A B",
                "env.read:A,B",
                "event.publish:x@0",
                "env.read:${data}",
                "file_read:relative",
                "network_access:plugin-only",
                "FILE.read",
                "file.read.x"
            })
    @DisplayName("that is not understood is refused with a sentence")
    void refused(String text) {
        assertThatThrownBy(() -> Permission.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s).*(permission|scope) \\[.*");
    }

    @Test
    @DisplayName("that is misspelt is refused with what was probably meant")
    void suggestion() {
        assertThatThrownBy(() -> Permission.parse("file.raed:/x")).hasMessageContaining("did you mean [file.read]?");
        assertThatThrownBy(() -> Permission.parse("file_raed")).hasMessageContaining("did you mean [file_read]?");
        assertThatThrownBy(() -> Permission.of("env", "read", "x".repeat(1_001)))
                .hasMessageContaining("[1000]");
        assertThat(Permission.of("env", "read", "x".repeat(1_000)).scope()).hasSize(1_000);
    }

    @Test
    @DisplayName("of older systems stands for those of today")
    void older() {
        for (String name : OlderNames.all()) {
            assertThat(Permission.parse(name)).as(name).isNotEmpty();
        }
        assertThat(Permission.parse("file_read:plugin-only"))
                .containsExactly(new Permission("file", "read", "${data}"), new Permission("file", "list", "${data}"));
        assertThat(Permission.parse("read:config:plugin-only"))
                .containsExactly(new Permission("config", "read", "${plugin}"));
        assertThat(Permission.parse("database:write:all")).containsExactly(new Permission("database", "write", ""));
    }

    @Test
    @DisplayName("is read from a manifest by its name of today or an older one, each once")
    void manifest() {
        List<PermissionRequests.Asked> asked = PermissionRequests.of(List.of(
                new PermissionRequest("file_read", Set.of("all"), "plugin-only", "old"),
                new PermissionRequest("read", Set.of("config"), "user-approved", ""),
                new PermissionRequest("file", Set.of("read"), "${data}", "again"),
                new PermissionRequest("net", Set.of("connect"), "all", "")));

        assertThat(asked)
                .extracting(one -> one.permission() + (one.always() ? " always" : ""))
                .containsExactly("file.read:${data}", "file.list:${data}", "config.read always", "net.connect");
        assertThatThrownBy(() -> PermissionRequests.of(List.of(new PermissionRequest("net", Set.of("conect"), "", ""))))
                .hasMessageContaining("did you mean [net.connect]?");
    }

    @Test
    @DisplayName("is for some levels and tiers alone")
    void levels() {
        assertThat(isFor("native.load", TrustLevel.UNTRUSTED)).isFalse();
        assertThat(isFor("native.load", TrustLevel.PARTNER)).isTrue();
        assertThat(isFor("jvm.exit", TrustLevel.UNTRUSTED)).isFalse();
        assertThat(isFor("file.link:/x", TrustLevel.UNTRUSTED)).isFalse();
        assertThat(isFor("bundle.install", TrustLevel.PARTNER)).isFalse();
        assertThat(isFor("config.read", TrustLevel.UNTRUSTED)).isFalse();
        assertThat(isFor("config.read:${plugin}*", TrustLevel.UNTRUSTED)).isFalse();
        assertThat(isFor("config.read:${plugin}~*", TrustLevel.UNTRUSTED)).isTrue();
        assertThat(isFor("config.read:other", TrustLevel.PARTNER)).isTrue();
        PermissionType.Action exec = PermissionType.action("process", "exec");
        assertThat(exec.isFor(TrustLevel.UNTRUSTED, "/bin/ls", Tier.CONFINED)).isFalse();
        assertThat(exec.isFor(TrustLevel.UNTRUSTED, "/bin/ls", Tier.WORKER)).isTrue();
    }

    private static boolean isFor(String text, TrustLevel level) {
        Permission one = Permission.parse(text).get(0);
        return PermissionType.action(one.type(), one.action()).isFor(level, one.scope());
    }

    @Test
    @DisplayName("with a variable is good for nothing while nobody says what that stands for")
    void nowhere() {
        PermissionSet set = PermissionSet.of(Permission.parse("file.read:${data}/**"), Places.NONE);

        assertThat(set.permits("file", "read", "/x")).isFalse();
        assertThat(set.permits("file", "read", "${data}/x")).isFalse();
        assertThat(Places.of(Path.of("/home/s"), new PluginId("acme"))).isEqualTo(PLACES);
    }
}
