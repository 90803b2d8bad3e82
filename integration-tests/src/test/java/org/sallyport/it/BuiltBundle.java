package org.sallyport.it;

import aQute.bnd.header.Attrs;
import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A module as the build left it.
 *
 * @param room the folder it lives in, such as {@code core}
 * @param folder its own folder's name
 * @param headers its manifest
 * @param everything its files by name, without the manifest
 */
record BuiltBundle(String room, String folder, Attributes headers, Map<String, byte[]> everything) {

    static BuiltBundle read(String room, Path module) throws IOException {
        Path target = module.resolve("target");
        try (Stream<Path> files = Files.list(target)) {
            Path jar = files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .filter(file -> !file.getFileName().toString().matches(".*-(sources|javadoc|tests)\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("No jar in " + target));
            return read(room, module.getFileName().toString(), jar);
        }
    }

    private static BuiltBundle read(String room, String folder, Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            Map<String, byte[]> everything = new LinkedHashMap<>();
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (!entry.isDirectory() && !entry.getName().startsWith("META-INF/M")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        everything.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
            return new BuiltBundle(room, folder, jar.getManifest().getMainAttributes(), everything);
        }
    }

    /** Whether it is a bundle; a library that plugins embed is none. */
    boolean isBundle() {
        return headers.getValue("Bundle-SymbolicName") != null && !ownPackages().isEmpty();
    }

    String symbolicName() {
        return headers.getValue("Bundle-SymbolicName").split(";")[0].strip();
    }

    Set<String> exports() {
        return parameters("Export-Package").keySet();
    }

    Set<String> imports() {
        return parameters("Import-Package").keySet();
    }

    /** Imports of this project. */
    Set<String> ours() {
        return imports().stream()
                .filter(name -> name.startsWith("org.sallyport."))
                .collect(Collectors.toSet());
    }

    /** The packages of this project it was built from, without embedded libraries. */
    Set<String> ownPackages() {
        return everything.keySet().stream()
                .filter(name -> name.endsWith(".class") && name.startsWith("org/sallyport/"))
                .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.'))
                .filter(name -> !parameters("Sallyport-Embedded").containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Map<String, byte[]> classes() {
        return everything.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".class"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The plugin's id and aliases. */
    Set<String> pluginNames() {
        Set<String> names = new TreeSet<>();
        parameters("Provide-Capability").forEach((namespace, attributes) -> {
            if (namespace.startsWith("org.sallyport.plugin")) {
                names.add(attributes.get("org.sallyport.plugin"));
                Object aliases = attributes.getTyped("aliases");
                if (aliases instanceof List<?> list) {
                    list.forEach(alias -> names.add(String.valueOf(alias)));
                }
            }
        });
        return names;
    }

    private Map<String, Attrs> parameters(String header) {
        Parameters parsed = OSGiHeader.parseHeader(headers.getValue(header));
        return new LinkedHashMap<>(parsed);
    }

    @Override
    public String toString() {
        return room + "/" + folder;
    }
}
