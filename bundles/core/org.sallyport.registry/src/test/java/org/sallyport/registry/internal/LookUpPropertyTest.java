package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.sallyport.spi.registry.PluginAttribute;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.registry.RegistrySnapshot;
import org.sallyport.spi.registry.VersionKey;

/** After any sequence of changes, each look-up finds what a look at everything finds. */
class LookUpPropertyTest {
    private static final List<String> IDS =
            List.of("a", "a.b", "a.bc", "ab", "b", "com.acme.auth", "com.acme.audit", "com.beta", "x-1", "x-12");

    private static final List<String> WORDS = List.of("Auth", "audit log", "log", "café", "ÄÖ", "x", "lo", " ", "");

    /** A change, and what is asked after it. */
    record Step(String id, List<PluginVersion> versions, boolean forget, PluginQuery query, boolean ask) {}

    @Property(tries = 300)
    void everySearchFindsWhatALookAtEverythingFinds(@ForAll("steps") List<Step> steps) {
        IndexedRegistry registry = new IndexedRegistry();
        LinearScan model = new LinearScan();
        Map<RegistrySnapshot, Map<PluginQuery, List<PluginVersion>>> earlier = new HashMap<>();
        for (Step step : steps) {
            if (step.forget()) {
                registry.forget(step.id());
                model.forget(step.id());
            } else {
                registry.tell(Known.active(step.id(), "1"), step.versions());
                model.tell(step.id(), step.versions());
            }
            if (step.ask()) {
                RegistrySnapshot now = registry.snapshot();
                List<PluginVersion> found = model.search(step.query());
                assertThat(now.search(step.query())).as("%s", step.query()).isEqualTo(found);
                assertThat(now.size()).isEqualTo(model.ids().size());
                earlier.put(now, Map.of(step.query(), found));
            }
        }
        earlier.forEach((snapshot, answers) -> answers.forEach((query, found) ->
                assertThat(snapshot.search(query)).as("later, %s", query).isEqualTo(found)));
    }

    @Property(tries = 500)
    void everyRangeFindsWhatALookAtEverythingFinds(
            @ForAll("versionNumbers") List<String> numbers, @ForAll("ranges") List<VersionRange> ranges) {
        IndexedRegistry registry = new IndexedRegistry();
        LinearScan model = new LinearScan();
        List<PluginVersion> versions =
                numbers.stream().map(number -> Known.version("p", number)).toList();
        registry.tell(Known.active("p", "1"), versions);
        model.tell("p", versions);
        RegistrySnapshot snapshot = registry.snapshot();

        for (VersionRange range : ranges) {
            List<PluginVersion> within = model.versions("p", range);
            assertThat(snapshot.versions(new PluginRange("p", range)))
                    .as("%s", range)
                    .isEqualTo(within);
            assertThat(Optional.ofNullable(snapshot.newest(new PluginRange("p", range))))
                    .as("newest in %s", range)
                    .isEqualTo(within.stream().findFirst());
            assertThat(snapshot.newest(new PluginRange("q", range))).isNull();
        }
        List<PluginRange> required = new ArrayList<>(List.of(new PluginRange("q", ranges.get(0))));
        ranges.stream().limit(2).forEach(range -> required.add(new PluginRange("p", range)));
        RegistrySnapshot.Resolution resolution = snapshot.resolve(required);
        assertThat(resolution.chosen()).isEqualTo(model.resolve(required));
        assertThat(resolution.missing())
                .isEqualTo(required.stream()
                        .filter(one -> !resolution.chosen().containsKey(one.id()))
                        .toList());
    }

    @Property
    void numbersOrderLikeVersions(@ForAll("number") String one, @ForAll("number") String other) {
        Version a = Version.parseVersion(one);
        Version b = Version.parseVersion(other);
        long keyOfA = VersionKey.of(a);
        long keyOfB = VersionKey.of(b);

        if (keyOfA < keyOfB) {
            assertThat(a).isLessThan(b);
        } else if (keyOfA == keyOfB && (keyOfA & 1) == 0) {
            assertThat(a).isEqualTo(b);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Known.Said> said = Combinators.combine(word(), word(), word(), words(), words(), words(), words())
                .as(Known.Said::new);
        Arbitrary<PluginVersion> version = Combinators.combine(
                        Arbitraries.of(IDS), Arbitraries.of("1", "1.1", "2", "2.0.0.x"), said.injectNull(0.1))
                .as((id, number, it) -> it == null ? Known.version(id, number) : Known.version(id, number, it));
        Arbitrary<PluginQuery> query = Combinators.combine(
                        Arbitraries.maps(Arbitraries.of(PluginAttribute.class), word())
                                .ofMaxSize(2),
                        Arbitraries.of("", "", "a", "com.acme.", "x-1", "z"),
                        word().list().ofMaxSize(2))
                .as(PluginQuery::new);
        return Combinators.combine(
                        Arbitraries.of(IDS),
                        version.list().ofMaxSize(3),
                        Arbitraries.of(false, false, true),
                        query,
                        Arbitraries.of(false, true))
                .as((id, versions, forget, asked, ask) -> new Step(id, of(id, versions), forget, asked, ask))
                .list()
                .ofMaxSize(3 * IndexedSnapshot.MIN_CHANGES);
    }

    /** The same versions, of that plugin. */
    private static List<PluginVersion> of(String id, List<PluginVersion> versions) {
        return versions.stream()
                .map(one -> new PluginVersion(
                        id,
                        one.version(),
                        one.descriptor(),
                        // Other bytes if it says something else: the registry keeps what the same bytes said.
                        id + one.version() + one.descriptor().hashCode(),
                        one.origin()))
                .toList();
    }

    private static Arbitrary<String> word() {
        return Arbitraries.of(WORDS);
    }

    private static Arbitrary<Set<String>> words() {
        return word().set().ofMaxSize(3);
    }

    @Provide
    Arbitrary<String> number() {
        // Small numbers that meet often, and those at which the packed form ends.
        Arbitrary<Integer> part =
                Arbitraries.of(0, 0, 1, 1, 2, 9, (1 << 20) - 2, (1 << 20) - 1, 1 << 20, 20_261_127, Integer.MAX_VALUE);
        return Combinators.combine(part, part, part, Arbitraries.of("", "", "", ".a", ".b", ".SNAPSHOT"))
                .as((major, minor, micro, qualifier) -> major + "." + minor + "." + micro + qualifier);
    }

    @Provide
    Arbitrary<List<String>> versionNumbers() {
        return number().list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<VersionRange>> ranges() {
        Arbitrary<VersionRange> range = Combinators.combine(
                        Arbitraries.of('[', '('), number(), number().injectNull(0.2), Arbitraries.of(']', ')'))
                .as((left, from, to, right) -> new VersionRange(
                        left, Version.parseVersion(from), to == null ? null : Version.parseVersion(to), right));
        return range.list().ofMinSize(2).ofMaxSize(12);
    }
}
