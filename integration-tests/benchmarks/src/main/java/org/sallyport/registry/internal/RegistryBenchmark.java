package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.felix.framework.capabilityset.CapabilitySet;
import org.apache.felix.framework.capabilityset.SimpleFilter;
import org.apache.felix.framework.wiring.BundleCapabilityImpl;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.wiring.BundleCapability;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginAttribute;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;

/** Look-ups and changes among 50,000 versions, beside maps, linear scans and the index of Felix. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1500m")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class RegistryBenchmark {
    private static final int QUESTIONS = 1_024;
    private static final String NAMESPACE = "benchmark.plugin";

    private final Fleet fleet = new Fleet();
    private final IndexedRegistry registry = fleet.registry();
    private final Map<String, TreeMap<Version, PluginVersion>> trees = new HashMap<>();
    private final CapabilitySet felixById = new CapabilitySet(List.of("id"), true);
    private final CapabilitySet felixByCapability = new CapabilitySet(List.of("capability"), true);

    private final String[] ids = new String[QUESTIONS];
    private final VersionRange[] ranges = new VersionRange[QUESTIONS];
    private final PluginRange[] wanted = new PluginRange[QUESTIONS];
    private final SimpleFilter[] rangeFilters = new SimpleFilter[QUESTIONS];
    private final String[] capabilities = new String[QUESTIONS];
    private final PluginQuery[] capabilityQueries = new PluginQuery[QUESTIONS];
    private final SimpleFilter[] capabilityFilters = new SimpleFilter[QUESTIONS];
    private final String[] prefixes = new String[QUESTIONS];
    private final PluginQuery[] prefixQueries = new PluginQuery[QUESTIONS];
    private final String[] parts = new String[QUESTIONS];
    private final PluginQuery[] partQueries = new PluginQuery[QUESTIONS];
    private final PluginStatus[] disabled = new PluginStatus[QUESTIONS];
    private final PluginStatus[] active = new PluginStatus[QUESTIONS];
    private final List<List<PluginVersion>> all = new ArrayList<>();
    private final List<List<PluginVersion>> some = new ArrayList<>();

    private final List<Row> rows = new ArrayList<>();

    private int next;

    @Setup
    public void ask() {
        fleet.versions.forEach(versions -> versions.forEach(version -> {
            trees.computeIfAbsent(version.id(), id -> new TreeMap<>()).put(version.version(), version);
            felixById.addCapability(capability(Map.of("id", version.id(), "version", version.version())));
            version.descriptor()
                    .orElseThrow()
                    .capabilities()
                    .forEach(name -> felixByCapability.addCapability(
                            capability(Map.of("capability", name, "version", version.version()))));
        }));
        for (int i = 0; i < QUESTIONS; i++) {
            int plugin = fleet.random.nextInt(Fleet.PLUGINS);
            List<PluginVersion> versions = fleet.versions.get(plugin);
            String id = fleet.ids.get(plugin);
            ids[i] = id;
            Version lowest = versions.get(0).version();
            ranges[i] = new VersionRange("[" + lowest + "," + (lowest.getMajor() + 1) + ")");
            wanted[i] = new PluginRange(id, ranges[i]);
            rangeFilters[i] = SimpleFilter.parse("(&(id=" + id + ")" + ranges[i].toFilterString("version") + ")");
            capabilities[i] = "capability-" + fleet.random.nextInt(Fleet.CAPABILITIES);
            capabilityQueries[i] = PluginQuery.ALL.with(PluginAttribute.CAPABILITY, capabilities[i]);
            capabilityFilters[i] = SimpleFilter.parse("(capability=" + capabilities[i] + ")");
            prefixes[i] = id.substring(0, id.lastIndexOf('.') + 3);
            prefixQueries[i] = PluginQuery.ALL.startingWith(prefixes[i]);
            parts[i] = id.substring(id.length() - 6);
            partQueries[i] = PluginQuery.ALL.containing(parts[i]);
            disabled[i] = fleet.status(plugin, PluginState.DISABLED);
            active[i] = fleet.status(plugin, PluginState.ACTIVE);
            all.add(registry.snapshot().plugin(id).orElseThrow().versions());
            some.add(all.get(i).subList(0, 4));
        }
        fleet.ids.forEach(id -> rows.add(new Row(registry.snapshot().plugin(id).orElseThrow(), null)));
        sameAnswers();
    }

    private static BundleCapability capability(Map<String, Object> attributes) {
        return new BundleCapabilityImpl(null, NAMESPACE, Map.of(), attributes);
    }

    private void sameAnswers() {
        for (int i = 0; i < QUESTIONS; i++) {
            int at = i;
            PluginVersion newest = fromTree(i);
            check(newest != null && newest == registry.snapshot().newest(wanted[i]), ids[i]);
            check(newest != null && newest.version().equals(fromFelix(i)), ids[i]);
            check(
                    registry.snapshot().search(capabilityQueries[i]).size()
                            == felixByCapability
                                    .match(capabilityFilters[i], false)
                                    .size(),
                    capabilities[i]);
            check(plugins(prefixQueries[i]).equals(linear(id -> id.startsWith(prefixes[at]))), prefixes[i]);
            check(plugins(partQueries[i]).equals(linear(id -> id.contains(parts[at]))), parts[i]);
        }
    }

    private Set<String> plugins(PluginQuery query) {
        return registry.snapshot().search(query).stream().map(PluginVersion::id).collect(Collectors.toSet());
    }

    private Set<String> linear(java.util.function.Predicate<String> wanted) {
        return fleet.ids.stream().filter(wanted).collect(Collectors.toSet());
    }

    private static void check(boolean holds, String question) {
        if (!holds) {
            throw new IllegalStateException("The peers answer [" + question + "] differently");
        }
    }

    private int next() {
        next = next + 1 & QUESTIONS - 1;
        return next;
    }

    private @Nullable PluginVersion fromTree(int i) {
        TreeMap<Version, PluginVersion> tree = trees.get(ids[i]);
        VersionRange range = ranges[i];
        Map.Entry<Version, PluginVersion> found = range.getRightType() == VersionRange.RIGHT_OPEN
                ? tree.lowerEntry(range.getRight())
                : tree.floorEntry(range.getRight());
        return found != null && range.includes(found.getKey()) ? found.getValue() : null;
    }

    private @Nullable Version fromFelix(int i) {
        Version newest = null;
        for (var capability : felixById.match(rangeFilters[i], false)) {
            Version version = (Version) capability.getAttributes().get("version");
            newest = newest == null || version.compareTo(newest) > 0 ? version : newest;
        }
        return newest;
    }

    @Benchmark
    public @Nullable Object range() {
        int i = next();
        return registry.snapshot().newest(wanted[i]);
    }

    @Benchmark
    public @Nullable Object rangeTreeMap() {
        return fromTree(next());
    }

    @Benchmark
    public @Nullable Object rangeFelixCapabilitySet() {
        return fromFelix(next());
    }

    @Benchmark
    public Object get() {
        return registry.snapshot().plugin(ids[next()]).orElseThrow();
    }

    @Benchmark
    public @Nullable Object getHashMap() {
        return trees.get(ids[next()]);
    }

    @Benchmark
    public int capability() {
        int sum = 0;
        for (PluginVersion found : registry.snapshot().search(capabilityQueries[next()])) {
            sum += found.version().getMajor();
        }
        return sum;
    }

    @Benchmark
    public int capabilityFelixCapabilitySet() {
        int sum = 0;
        for (var found : felixByCapability.match(capabilityFilters[next()], false)) {
            sum += ((Version) found.getAttributes().get("version")).getMajor();
        }
        return sum;
    }

    @Benchmark
    public int prefix() {
        return registry.snapshot().search(prefixQueries[next()]).size();
    }

    @Benchmark
    public int prefixLinear() {
        String prefix = prefixes[next()];
        int found = 0;
        for (String id : fleet.ids) {
            found += id.startsWith(prefix) ? 1 : 0;
        }
        return found;
    }

    @Benchmark
    public int substring() {
        return registry.snapshot().search(partQueries[next()]).size();
    }

    /** The same question, put to each plugin in turn. */
    @Benchmark
    public int substringLinear() {
        PluginQuery query = partQueries[next()];
        List<PluginVersion> hits = new ArrayList<>();
        rows.forEach(row -> row.search(query, hits));
        return hits.size();
    }

    /** A smaller question: the registry also looks into names, descriptions, authors and so on. */
    @Benchmark
    public int substringLinearInIdsOnly() {
        String part = parts[next()];
        int found = 0;
        for (String id : fleet.ids) {
            found += id.contains(part) ? 1 : 0;
        }
        return found;
    }

    /** A plugin comes to another state, and the change is read. */
    @Benchmark
    public Object changeState() {
        int i = next();
        registry.tell((next & 1) == 0 ? disabled[i] : active[i], all.get(i));
        return registry.snapshot().plugin(ids[i]).orElseThrow();
    }

    /** A plugin loses a version or gets it back, and the change is read. */
    @Benchmark
    public @Nullable Object changeVersions() {
        int i = next();
        boolean lose =
                registry.snapshot().plugin(ids[i]).orElseThrow().versions().size() == 5;
        registry.tell(active[i], lose ? some.get(i) : all.get(i));
        return registry.snapshot().newest(wanted[i]);
    }

    @Benchmark
    public Object changeHashMapCopied() {
        Map<String, TreeMap<Version, PluginVersion>> copy = new HashMap<>(trees);
        copy.put("new", trees.get(ids[next()]));
        return copy;
    }

    /** The same change, and a search after it, in which the index is made anew after every 625. */
    @Benchmark
    public int changeVersionsThenSearch() {
        changeVersions();
        return registry.snapshot().search(capabilityQueries[next]).size();
    }
}
