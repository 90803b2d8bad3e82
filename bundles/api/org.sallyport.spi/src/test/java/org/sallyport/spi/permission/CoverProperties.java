package org.sallyport.spi.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What one permission covers is what it is good for; over few names, so that they meet often. */
@Label("Of two permissions")
class CoverProperties {
    private static final Places PLACES = new Places("/a/b", "/t", "acme");

    private static boolean isGood(Permission permission, String target) {
        // Also for private addresses, or most of the targets would say nothing.
        return PermissionSet.of(List.of(permission, new Permission("net", "private", "")), PLACES)
                .permits(permission.type(), permission.action(), target);
    }

    private static Arbitrary<String> segments() {
        return Arbitraries.of("a", "b", "ab").list().ofMaxSize(3).map(some -> "/" + String.join("/", some));
    }

    @Provide
    Arbitrary<Permission> files() {
        Arbitrary<String> fixed = Combinators.combine(segments(), Arbitraries.of("", "/*", "/**"))
                .as((path, end) -> (path.equals("/") && !end.isEmpty() ? "" : path) + end);
        return Arbitraries.oneOf(
                        fixed, Arbitraries.of("", "${data}", "${data}/*", "${data}/a/**", "${tmp}", "${tmp}/a"))
                .map(scope -> Permission.of("file", "read", scope));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.oneOf(segments(), Arbitraries.of("/a/b/a", "/t/a", "/a/../b", "a/b", "/a/b/"));
    }

    @Provide
    Arbitrary<Permission> nets() {
        Arbitrary<String> hosts = Arbitraries.of(
                "*",
                "x.org",
                "*.x.org",
                "*.y.x.org",
                "org",
                "*.org",
                "10.0.0.0/8",
                "10.1.0.0/16",
                "10.1.2.3",
                "0.0.0.0/0",
                "[2001:db8::/32]",
                "[2001:db8::1]",
                "[::/0]");
        return Combinators.combine(hosts, Arbitraries.of("", ":443", ":400-500", ":*", ":0-65535"))
                .as((host, port) -> Permission.of("net", "connect", host + port));
    }

    @Provide
    Arbitrary<String> addresses() {
        Arbitrary<String> hosts = Arbitraries.of(
                "x.org",
                "y.x.org",
                "z.y.x.org",
                "org",
                "10.1.2.3",
                "10.2.2.3",
                "y.x.org/10.1.2.3",
                "[2001:db8::1]",
                "[2001:db9::1]",
                "[::ffff:10.1.2.3]",
                "x.org/[2001:db8::1]");
        return Combinators.combine(hosts, Arbitraries.of("", ":443", ":450", ":80"))
                .as(String::concat);
    }

    @Provide
    Arbitrary<Permission> topics() {
        Arbitrary<String> names =
                Arbitraries.of("*", "a", "a/*", "a/b", "ab*", "${plugin}", "${plugin}/*", "acme/x", "a*");
        return Combinators.combine(names, Arbitraries.of("", "@5", "@50"))
                .as((name, rate) -> Permission.of("event", "publish", name + rate));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "a/b", "ab", "abc", "acme", "acme/x", "b", "");
    }

    @Property
    @Label("the one that covers the other is good for whatever that is: files")
    void files(@ForAll("files") Permission one, @ForAll("files") Permission other, @ForAll("paths") String target) {
        check(one, other, target);
    }

    @Property
    @Label("the one that covers the other is good for whatever that is: networks")
    void nets(@ForAll("nets") Permission one, @ForAll("nets") Permission other, @ForAll("addresses") String target) {
        check(one, other, target);
    }

    @Property
    @Label("the one that covers the other is good for whatever that is: names and topics")
    void topics(@ForAll("topics") Permission one, @ForAll("topics") Permission other, @ForAll("names") String target) {
        check(one, other, target);
        if (one.covers(other)) {
            assertThat(one.rate()).isGreaterThanOrEqualTo(other.rate());
        }
    }

    private static void check(Permission one, Permission other, String target) {
        boolean covers = one.covers(other);
        Statistics.label("covers").collect(covers);
        assertThat(one.covers(one)).isTrue();
        assertThat(Permission.parse(one.toString())).containsExactly(one);
        if (covers) {
            assertThat(!isGood(other, target) || isGood(one, target))
                    .as(one + " covers " + other + ", and not for " + target)
                    .isTrue();
        } else {
            assertThat(one).isNotEqualTo(other);
        }
    }

    @Property
    @Label("each text is understood or refused as such")
    void anything(@ForAll("texts") String text) {
        try {
            for (Permission one : Permission.parse(text)) {
                assertThat(Permission.of(one.type(), one.action(), one.scope())).isEqualTo(one);
                PermissionSet.of(List.of(one), PLACES).permits(one.type(), one.action(), text);
            }
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("[");
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> rest = Arbitraries.strings().ofMaxLength(20);
        Arbitrary<String> names = Arbitraries.of(PermissionType.names());
        return Arbitraries.oneOf(
                rest,
                Combinators.combine(names, rest).as((name, scope) -> name + ":" + scope),
                Combinators.combine(
                                names,
                                Arbitraries.strings()
                                        .withChars("/*.:[]${}@-0189af")
                                        .ofMaxLength(12))
                        .as((name, scope) -> name + ":" + scope));
    }
}
