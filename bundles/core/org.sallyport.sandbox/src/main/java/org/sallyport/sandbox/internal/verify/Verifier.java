package org.sallyport.sandbox.internal.verify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.sallyport.sandbox.internal.verify.ClassFacts.Ref;

/**
 * Holds the classes of a plugin against the list of what is open, before any of them is loaded. What is not listed is refused.
 * Thread-safe.
 */
public final class Verifier {
    /** Most findings that are looked for: one is enough to refuse. */
    public static final int MAX_FINDINGS = 20;

    /** Oldest format: Java 7's. Older ones may be verified by a method that frames do not bind. */
    static final int OLDEST = Opcodes.V1_7 & 0xFFFF;

    /** Where the classes lie that the weaver adds. */
    public static final String WOVEN = "org/sallyport/sandbox/";

    private static final Set<String> HOOKS = Set.of(
            "finalize()V",
            "readObject(Ljava/io/ObjectInputStream;)V",
            "readObjectNoData()V",
            "readResolve()Ljava/lang/Object;",
            "writeObject(Ljava/io/ObjectOutputStream;)V",
            "writeReplace()Ljava/lang/Object;",
            "readExternal(Ljava/io/ObjectInput;)V",
            "writeExternal(Ljava/io/ObjectOutput;)V");

    private final ApiList api;
    private final Jdk jdk;

    public Verifier(ApiList api, Jdk jdk) {
        this.api = api;
        this.jdk = jdk;
    }

    /**
     * Why a plugin is refused.
     *
     * @param place the class and, where it is known, the method
     * @param what what it does there
     * @param opens permissions of which one would open it; empty if none does
     */
    public record Finding(String place, String what, List<String> opens) {
        @Override
        public String toString() {
            return place + " " + what;
        }
    }

    /**
     * Looks at all classes.
     *
     * @param granted what the plugin was granted, as {@code type.action}
     * @return empty if nothing is wrong; at most {@link #MAX_FINDINGS}
     */
    public List<Finding> check(
            PluginArchive archive, PluginClasses classes, Set<String> granted, Set<String> packages) {
        List<Finding> found = new ArrayList<>();
        head(archive, classes, found);
        for (Map.Entry<String, ClassFacts> entry : classes.places().entrySet()) {
            if (found.size() >= MAX_FINDINGS) {
                break;
            }
            new Look(classes, granted, packages, entry.getKey(), entry.getValue(), archive, found).all();
        }
        return found.size() > MAX_FINDINGS ? List.copyOf(found.subList(0, MAX_FINDINGS)) : List.copyOf(found);
    }

    private static void head(PluginArchive archive, PluginClasses classes, List<Finding> found) {
        for (String header : List.of("Bundle-Activator", "ExtensionBundle-Activator", "DynamicImport-Package")) {
            if (archive.headers().containsKey(header)) {
                found.add(new Finding(
                        "its manifest",
                        "has [" + header + "]; a confined plugin is made of Declarative Services components alone",
                        List.of()));
            }
        }
        for (String path : PluginArchive.paths(archive.headers().getOrDefault("Bundle-ClassPath", ""))) {
            if (path.startsWith("external:")) {
                found.add(new Finding("its manifest", "takes classes from outside, from [" + path + "]", List.of()));
            }
        }
        services(archive.entries(), classes, found);
        archive.nested().values().forEach(nested -> services(nested, classes, found));
    }

    /** A provider of somebody else's interface would be made by whoever looks for one. */
    private static void services(Map<String, byte[]> entries, PluginClasses classes, List<Finding> found) {
        for (String name : entries.keySet()) {
            int at = name.lastIndexOf("META-INF/services/");
            if (at >= 0
                    && !classes.has(
                            name.substring(at + "META-INF/services/".length()).replace('.', '/'))) {
                found.add(new Finding(
                        "its entry [" + name + "]",
                        "offers a provider for an interface that is not its own",
                        List.of()));
            }
        }
    }

    /** One class file. */
    private final class Look {
        private final PluginClasses classes;
        private final Set<String> granted;
        private final Set<String> packages;
        private final String place;
        private final ClassFacts facts;
        private final PluginArchive archive;
        private final List<Finding> found;
        private final Set<String> mentioned = new LinkedHashSet<>();

        Look(
                PluginClasses classes,
                Set<String> granted,
                Set<String> packages,
                String place,
                ClassFacts facts,
                PluginArchive archive,
                List<Finding> found) {
            this.classes = classes;
            this.granted = granted;
            this.packages = packages;
            this.place = place;
            this.facts = facts;
            this.archive = archive;
            this.found = found;
        }

        void all() {
            if (facts.version() < OLDEST) {
                add("has a format older than Java 7, which is not read; compile it anew", List.of(), null);
            }
            if (Jdk.owns(facts.name()) && facts.name().startsWith("java/")
                    || facts.name().startsWith(WOVEN)
                    || facts.name().startsWith("org/osgi/framework/")) {
                add("lies in a package of the platform", List.of(), null);
            }
            facts.members().forEach(this::declared);
            mentioned.addAll(facts.classes());
            mentioned.addAll(facts.parents());
            mentioned.forEach(this::type);
            facts.refs().forEach(this::member);
            facts.handles().forEach(ref -> {
                if (!facts.refs().contains(ref)) {
                    member(ref);
                }
            });
        }

        private void declared(String member, int access) {
            String name = member.contains("(") ? member.substring(0, member.indexOf('(')) : member;
            if (name.length() == member.length()) {
                return;
            }
            if (PluginClasses.has(access, Opcodes.ACC_NATIVE)) {
                add("declares the native method [" + name + "]", List.of(), null);
            }
            if (HOOKS.contains(member)) {
                add("declares [" + name + "], which Java calls by itself", List.of(), null);
            } else if (PluginClasses.isVirtual(access) && !name.startsWith("<")) {
                overriding(name, member.substring(name.length()));
            }
        }

        private void overriding(String name, String descriptor) {
            for (String outside : classes.outsideOf(facts.name())) {
                if (api.knows(outside) && Jdk.owns(outside)) {
                    for (String declaring : jdk.overridden(outside, name, descriptor)) {
                        List<String> opens = api.refusedMember(declaring, name, descriptor, granted);
                        if (opens != null && api.knows(declaring)) {
                            add("overrides [" + text(declaring, name) + "]", opens, null);
                        }
                    }
                }
            }
        }

        private void type(String name) {
            String element = element(name);
            if (element.isEmpty() || classes.has(element) && !classes.isImported(element)) {
                return;
            }
            List<String> opens = outsideClass(element);
            if (opens != null) {
                add("uses the class [" + element.replace('/', '.') + "]", opens, new Ref(element, "", ""));
            }
        }

        /** The class that an array is made of, or empty if that is none. */
        private String element(String name) {
            if (!name.startsWith("[")) {
                return name;
            }
            String element = name.substring(name.lastIndexOf('[') + 1);
            return element.startsWith("L") ? element.substring(1, element.length() - 1) : "";
        }

        private @Nullable List<String> outsideClass(String name) {
            List<String> opens = api.refusedClass(name, granted);
            if (opens == null || api.knows(name)) {
                return opens;
            }
            return ofAnotherPlugin(name);
        }

        private @Nullable List<String> ofAnotherPlugin(String name) {
            String from = ClassFacts.packageOf(name).replace('/', '.');
            boolean foreign = classes.isImported(name)
                    && !Jdk.owns(name)
                    && !from.startsWith("org.osgi.")
                    && !from.startsWith("org.slf4j")
                    && !from.startsWith("org.sallyport.")
                    && !from.startsWith("org.w3c.")
                    && !from.startsWith("org.xml.");
            if (!foreign) {
                return List.of();
            }
            return packages.contains(from) ? null : List.of("package.import:" + from);
        }

        private void member(Ref ref) {
            if (ref.owner().startsWith("[")) {
                if (!ref.name().equals("clone")) {
                    outside("java/lang/Object", ref);
                }
                return;
            }
            PluginClasses.Resolved resolved = classes.resolve(ref.owner(), ref.name() + ref.descriptor());
            boolean field = !ref.descriptor().startsWith("(");
            boolean there = !resolved.own().isEmpty();
            for (String outside : resolved.outside()) {
                there |= outside(outside, ref);
            }
            if (!there && field) {
                add("names the field [" + text(ref.owner(), ref.name()) + "], which is not there", List.of(), ref);
            } else if (!there) {
                add("names the method [" + text(ref.owner(), ref.name()) + "], which is not there", List.of(), ref);
            }
        }

        /** Whether the class outside has the member; if it has, it is judged. */
        private boolean outside(String owner, Ref ref) {
            if (!api.knows(owner) || !Jdk.owns(owner)) {
                List<String> opens = api.refusedMember(owner, ref.name(), ref.descriptor(), granted);
                if (opens != null && !api.knows(owner)) {
                    opens = ofAnotherPlugin(owner);
                }
                if (opens != null) {
                    add("uses [" + text(owner, ref.name()) + "]", opens, ref);
                }
                return true;
            }
            String declaring =
                    jdk.declaring(owner, ref.name(), ref.descriptor()).orElse(null);
            if (declaring == null) {
                return false;
            }
            List<String> opens = api.refusedMember(declaring, ref.name(), ref.descriptor(), granted);
            if (opens != null) {
                add("uses [" + text(declaring, ref.name()) + "]", opens, ref);
            }
            return true;
        }

        private String text(String owner, String name) {
            return owner.replace('/', '.') + "." + (name.equals("<init>") ? "new" : name);
        }

        private void add(String what, List<String> opens, @Nullable Ref used) {
            if (found.size() < MAX_FINDINGS) {
                String method = used == null ? "" : Users.of(archive, place, used);
                String name = facts.name().replace('/', '.');
                String where = place.contains("!/") ? " in [" + place.substring(0, place.indexOf("!/")) + "]" : "";
                found.add(new Finding(
                        "its class [" + name + (method.isEmpty() ? "" : "." + method) + "]" + where, what, opens));
            }
        }
    }

    /** All findings in one sentence part, at most five of them. */
    public static String sentence(List<Finding> found) {
        String first = found.stream().limit(5).map(Finding::toString).collect(Collectors.joining("; "));
        return found.size() <= 5 ? first : first + "; and [" + (found.size() - 5) + "] more, or more than that";
    }
}
