package org.sallyport.bnd;

import aQute.bnd.header.Attrs;
import aQute.bnd.header.Parameters;
import aQute.bnd.osgi.Analyzer;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import aQute.bnd.service.verifier.VerifierPlugin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * Writes {@value #PATH} into a bundle that is a plugin, for tools that know no OSGi. It says what the manifest says and
 * nothing else, as the manifest alone counts. Called by bnd when the manifest is complete; the same manifest gives the
 * same bytes.
 */
public final class PluginDescriptorWriter implements VerifierPlugin {
    /** Where the descriptor lies in the bundle. */
    public static final String PATH = "META-INF/sallyport/plugin.json";

    static final String PLUGIN = "org.sallyport.plugin";
    static final String PERMISSION = "org.sallyport.permission";
    private static final String API = "org.sallyport.api.";
    private static final List<String> SCHEMAS = List.of("OSGI-INF/metatype/", "META-INF/sallyport/schema/");

    @Override
    public void verify(Analyzer analyzer) throws Exception {
        Jar jar = analyzer.getJar();
        Manifest manifest = jar.getManifest();
        if (manifest == null) {
            return;
        }
        Map<String, Object> descriptor = descriptor(manifest, jar.getResources().keySet());
        if (!descriptor.isEmpty()) {
            byte[] json = (JsonText.of(descriptor) + "\n").getBytes(StandardCharsets.UTF_8);
            jar.putResource(PATH, new EmbeddedResource(json, 0L));
        }
    }

    /** What the manifest says; empty if the bundle is no plugin. */
    static Map<String, Object> descriptor(Manifest manifest, Iterable<String> resources) {
        Attributes main = manifest.getMainAttributes();
        Attrs plugin = first(main.getValue("Provide-Capability"), PLUGIN);
        if (plugin == null) {
            return Map.of();
        }
        Map<String, Object> descriptor = new TreeMap<>(values(plugin));
        descriptor.put("id", plugin.get(PLUGIN));
        descriptor.remove(PLUGIN);
        descriptor.put("bundle", symbolicName(main));
        descriptor.put("version", main.getValue("Bundle-Version"));
        descriptor.put("permissions", permissions(main.getValue("Require-Capability")));
        descriptor.put("api", api(main.getValue("Import-Package")));
        List<String> schemas = new ArrayList<>();
        for (String resource : resources) {
            if (SCHEMAS.stream().anyMatch(resource::startsWith) && !resource.endsWith("/")) {
                schemas.add(resource);
            }
        }
        schemas.sort(null);
        descriptor.put("schemas", schemas);
        return descriptor;
    }

    private static String symbolicName(Attributes main) {
        return String.join(",", new Parameters(main.getValue("Bundle-SymbolicName")).keySet());
    }

    private static Attrs first(String header, String namespace) {
        for (Map.Entry<String, Attrs> clause : new Parameters(header).entrySet()) {
            if (Processor.removeDuplicateMarker(clause.getKey()).equals(namespace)) {
                return clause.getValue();
            }
        }
        return null;
    }

    /** Attributes in their types; directives begin with what the manifest ends them with, and do not count. */
    private static Map<String, Object> values(Attrs attributes) {
        Map<String, Object> values = new TreeMap<>();
        for (String key : attributes.keySet()) {
            if (!key.endsWith(":")) {
                values.put(key, value(attributes.getTyped(key)));
            }
        }
        return values;
    }

    private static Object value(Object typed) {
        return typed instanceof List || typed instanceof Number || typed instanceof Boolean
                ? typed
                : String.valueOf(typed);
    }

    private static List<Map<String, Object>> permissions(String header) {
        List<Map<String, Object>> permissions = new ArrayList<>();
        new Parameters(header).forEach((namespace, attributes) -> {
            if (Processor.removeDuplicateMarker(namespace).equals(PERMISSION)) {
                permissions.add(values(attributes));
            }
        });
        permissions.sort(java.util.Comparator.comparing(JsonText::of));
        return permissions;
    }

    /** Which versions of the platform's packages it was built for. */
    private static Map<String, Object> api(String header) {
        Map<String, Object> ranges = new TreeMap<>();
        new Parameters(header).forEach((name, attributes) -> {
            if (name.startsWith(API) || name.startsWith("org.sallyport.type.")) {
                ranges.put(name, attributes.getOrDefault("version", "0"));
            }
        });
        return ranges;
    }
}
