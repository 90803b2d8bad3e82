package org.sallyport.it.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.sallyport.it.JarBytes;
import org.sallyport.it.PluginJar;

/**
 * Packs attacks: compiled once, as a stranger would, then one bundle each with the classes that it needs. Not thread-safe.
 */
final class AttackJars {
    /** Stands in the sources for each one's id, and has its length. */
    private static final String PLACE_HOLDER = "attack-xx-00x";

    private static final String PACKAGE = "hostile";

    private static final Map<String, byte[]> COMPILED = new LinkedHashMap<>();

    private AttackJars() {}

    /** A permission in a manifest. */
    record Asks(String type, String action, String scope) {
        /** From its text, such as {@code file.read:/x}. */
        static Asks parse(String text) {
            int dot = text.indexOf('.');
            int colon = text.indexOf(':');
            String action = text.substring(dot + 1, colon < 0 ? text.length() : colon);
            return new Asks(text.substring(0, dot), action, colon < 0 ? "" : text.substring(colon + 1));
        }

        private String clause() {
            return "org.sallyport.permission;effective:=grant;type=" + type + ";actions:List<String>=\"" + action
                    + "\";scope=\"" + scope + "\";reason=\"The twin of an attack\"";
        }
    }

    /** The bundle of an attack that asks for nothing. */
    static byte[] of(Variant variant) throws IOException {
        return of(variant, List.of());
    }

    /** The bundle of an attack that asks for permissions. */
    static byte[] of(Variant variant, List<Asks> permissions) throws IOException {
        if (variant.id().length() != PLACE_HOLDER.length()) {
            throw new IllegalArgumentException(variant.id() + " has not the length of " + PLACE_HOLDER);
        }
        Path folder = Files.createTempDirectory("attack");
        try {
            Map<String, byte[]> packed = new LinkedHashMap<>();
            for (var file : classes(variant).entrySet()) {
                String nest = file.getKey().replaceFirst("\\.class$", "");
                boolean mine = nest.equals(variant.className()) || nest.startsWith(variant.className() + "$");
                if (mine || variant.with().contains(nest)) {
                    packed.put(PACKAGE + "/" + nest, file.getValue());
                }
            }
            for (var type : packed.entrySet()) {
                Path target = folder.resolve(type.getKey() + ".class");
                Files.createDirectories(target.getParent());
                Files.write(target, renamed(among(packed.keySet(), type.getValue()), variant.id()));
            }
            PluginJar jar =
                    PluginJar.of(variant.id().replace('-', '.'), "1.0.0").classes(folder, PACKAGE);
            variant.headers().forEach(jar::header);
            for (var resource : variant.resources().entrySet()) {
                jar.resource(resource.getKey(), resource.getValue());
            }
            if (!permissions.isEmpty()) {
                jar.header(
                        "Require-Capability",
                        String.join(",", permissions.stream().map(Asks::clause).toList()));
            }
            return variant.change(jar.build());
        } finally {
            delete(folder);
        }
    }

    /** The class without a word of others of its nest that are not packed: it would be refused for these alone. */
    private static byte[] among(Set<String> packed, byte[] type) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(type)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public void visitNestMember(String member) {
                                if (packed.contains(member)) {
                                    super.visitNestMember(member);
                                }
                            }

                            @Override
                            public void visitInnerClass(String name, String outer, String inner, int access) {
                                if (packed.contains(name) || !name.startsWith(PACKAGE + "/")) {
                                    super.visitInnerClass(name, outer, inner, access);
                                }
                            }
                        },
                        0);
        return writer.toByteArray();
    }

    private static byte[] renamed(byte[] type, String id) {
        // One character a byte, so all but the name stays as it is.
        String text = new String(type, StandardCharsets.ISO_8859_1);
        return text.replace(PLACE_HOLDER, id).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static synchronized Map<String, byte[]> classes(Variant variant) throws IOException {
        if (COMPILED.isEmpty()) {
            PluginJar all = PluginJar.of(PACKAGE, "1.0.0");
            sources().forEach(all::source);
            COMPILED.putAll(compiled(all));
        }
        if (variant.newer().isEmpty()) {
            return COMPILED;
        }
        PluginJar newer = PluginJar.of(PACKAGE, "1.0.0").release(variant.release());
        sources().forEach((name, text) -> {
            if (name.equals("hostile.Attack") || name.equals("hostile.Steps")) {
                newer.source(name, text);
            }
        });
        return compiled(newer.source(PACKAGE + "." + variant.className(), variant.newer()));
    }

    private static Map<String, byte[]> compiled(PluginJar jar) throws IOException {
        Path folder = jar.compile();
        try (Stream<Path> files = Files.list(folder.resolve(PACKAGE))) {
            Map<String, byte[]> classes = new LinkedHashMap<>();
            for (Path file : files.sorted().toList()) {
                classes.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
            return classes;
        } finally {
            delete(folder);
        }
    }

    private static Map<String, String> sources() throws IOException {
        Path folder = Path.of(System.getProperty("sallyport.root"), "integration-tests/src/test/java", PACKAGE);
        try (Stream<Path> files = Files.list(folder)) {
            Map<String, String> sources = new LinkedHashMap<>();
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replaceFirst("\\.java$", "");
                if (!name.equals("package-info")) {
                    sources.put(PACKAGE + "." + name, Files.readString(file));
                }
            }
            return sources;
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Puts a class of a bundle into an archive within an archive on its class path. */
    static byte[] nested(byte[] jar, String className) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(JarBytes.entries(jar));
        String path = PACKAGE + "/" + className + ".class";
        byte[] inner = JarBytes.zip(Map.of(path, entries.remove(path)));
        Map<String, byte[]> outer = new LinkedHashMap<>();
        outer.put("lib/inner.jar", inner);
        entries.put("lib/outer.jar", JarBytes.zip(outer));
        entries.put("lib/inner.jar", inner);
        return JarBytes.zip(JarBytes.headers(
                entries, headers -> headers.putValue("Bundle-ClassPath", ".,lib/inner.jar,lib/outer.jar")));
    }
}
