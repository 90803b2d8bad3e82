package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.felix.resolver.Logger;
import org.apache.felix.resolver.ResolverImpl;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.osgi.resource.Wire;
import org.osgi.resource.Wiring;
import org.osgi.service.resolver.HostedCapability;
import org.osgi.service.resolver.ResolutionException;
import org.osgi.service.resolver.ResolveContext;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;

/** A new plugin that requires others by range, none of which requires more, beside the resolver of Felix. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1500m")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class RegistryResolverBenchmark {
    private static final String NAMESPACE = "benchmark.plugin";
    private static final int QUESTIONS = 256;

    @Param({"1", "5", "20"})
    public int requirements;

    private final Fleet fleet = new Fleet();
    private final IndexedRegistry registry = fleet.registry();
    private final ResolverImpl felix = new ResolverImpl(new Logger(0), Runnable::run);
    private final List<List<PluginRange>> required = new ArrayList<>();
    private final List<Context> contexts = new ArrayList<>();
    private int next;

    /** A plugin as the resolver sees it: all are asked for what they provide and require. */
    private static final class Node implements Resource {
        final List<Capability> capabilities = new ArrayList<>();
        final List<Requirement> requirements = new ArrayList<>();

        @Override
        public List<Capability> getCapabilities(String namespace) {
            return namespace == null || namespace.equals(NAMESPACE) ? capabilities : List.of();
        }

        @Override
        public List<Requirement> getRequirements(String namespace) {
            return namespace == null || namespace.equals(NAMESPACE) ? requirements : List.of();
        }
    }

    private static final class Provided implements Capability {
        final Resource resource;
        final Map<String, Object> attributes;

        Provided(Resource resource, Map<String, Object> attributes) {
            this.resource = resource;
            this.attributes = attributes;
        }

        @Override
        public String getNamespace() {
            return NAMESPACE;
        }

        @Override
        public Map<String, String> getDirectives() {
            return Map.of();
        }

        @Override
        public Map<String, Object> getAttributes() {
            return attributes;
        }

        @Override
        public Resource getResource() {
            return resource;
        }
    }

    private static final class Required implements Requirement {
        final Resource resource;
        final Map<String, String> directives;
        final List<Capability> providers;

        Required(Resource resource, PluginRange range, List<Capability> providers) {
            this.resource = resource;
            this.providers = providers;
            directives =
                    Map.of("filter", "(&(id=" + range.id() + ")" + range.range().toFilterString("version") + ")");
        }

        @Override
        public String getNamespace() {
            return NAMESPACE;
        }

        @Override
        public Map<String, String> getDirectives() {
            return directives;
        }

        @Override
        public Map<String, Object> getAttributes() {
            return Map.of();
        }

        @Override
        public Resource getResource() {
            return resource;
        }
    }

    /** Hands the resolver its candidates ready made, newest first: what is measured is what it does with them. */
    private static final class Context extends ResolveContext {
        final Node root = new Node();

        @Override
        public Collection<Resource> getMandatoryResources() {
            return List.of(root);
        }

        @Override
        public List<Capability> findProviders(Requirement requirement) {
            return new ArrayList<>(((Required) requirement).providers);
        }

        @Override
        public int insertHostedCapability(List<Capability> capabilities, HostedCapability hosted) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isEffective(Requirement requirement) {
            return true;
        }

        @Override
        public Map<Resource, Wiring> getWirings() {
            return Map.of();
        }
    }

    @Setup
    public void ask() throws ResolutionException {
        for (int i = 0; i < QUESTIONS; i++) {
            List<PluginRange> ranges = new ArrayList<>();
            Context context = new Context();
            for (int plugin : fleet.random
                    .ints(0, Fleet.PLUGINS)
                    .distinct()
                    .limit(requirements)
                    .toArray()) {
                Version lowest = fleet.versions.get(plugin).get(0).version();
                PluginRange range = new PluginRange(
                        fleet.ids.get(plugin), new VersionRange("[" + lowest + "," + (lowest.getMajor() + 1) + ")"));
                ranges.add(range);
                context.root.requirements.add(new Required(context.root, range, providers(range)));
            }
            required.add(ranges);
            contexts.add(context);
            for (Wire wire : felix.resolve(context).get(context.root)) {
                Map<String, Object> attributes = wire.getCapability().getAttributes();
                PluginVersion chosen =
                        registry.snapshot().resolve(ranges).chosen().get(attributes.get("id"));
                if (chosen == null || !chosen.version().equals(attributes.get("version"))) {
                    throw new IllegalStateException("Felix chooses " + attributes + ", the registry [" + chosen + "]");
                }
            }
        }
    }

    private List<Capability> providers(PluginRange range) {
        List<Capability> providers = new ArrayList<>();
        for (PluginVersion version : registry.snapshot().versions(range)) {
            Node node = new Node();
            node.capabilities.add(new Provided(node, Map.of("id", version.id(), "version", version.version())));
            providers.add(node.capabilities.get(0));
        }
        return providers;
    }

    @Benchmark
    public Object resolve() {
        next = next + 1 & QUESTIONS - 1;
        return registry.snapshot().resolve(required.get(next));
    }

    @Benchmark
    public Object resolveFelix() throws ResolutionException {
        next = next + 1 & QUESTIONS - 1;
        return felix.resolve(contexts.get(next));
    }
}
