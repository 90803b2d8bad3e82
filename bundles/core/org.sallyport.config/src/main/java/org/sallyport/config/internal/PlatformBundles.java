package org.sallyport.config.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.MetatypeSchemas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what the installed platform bundles say in their metatype files. Reads each bundle once. Thread-safe. */
final class PlatformBundles {
    private static final Logger log = LoggerFactory.getLogger(PlatformBundles.class);
    private static final String FOLDER = "OSGI-INF/metatype";
    private static final int MAX_FILES = 100;

    private final BundleContext context;
    private final Map<String, List<MetatypeSchemas.Definition>> read = new ConcurrentHashMap<>();

    PlatformBundles(BundleContext context) {
        this.context = context;
    }

    PlatformPids pids() {
        Map<String, PlatformPids.Pid> pids = new HashMap<>();
        Map<String, List<MetatypeSchemas.Definition>> present = new HashMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (isPlatform(bundle)) {
                String revision = bundle.getBundleId() + "@" + bundle.getLastModified();
                List<MetatypeSchemas.Definition> definitions =
                        read.computeIfAbsent(revision, absent -> definitions(bundle));
                present.put(revision, definitions);
                for (MetatypeSchemas.Definition definition : definitions) {
                    if (definition.pid().startsWith(Configuration.PLATFORM)) {
                        pids.put(definition.pid(), new PlatformPids.Pid(definition.factory(), definition.schema()));
                    }
                }
            }
        }
        read.keySet().retainAll(present.keySet());
        return new PlatformPids(pids);
    }

    /** A plugin's settings are not the platform's, whatever its bundle is called. */
    static boolean isPlatform(Bundle bundle) {
        String name = bundle.getSymbolicName();
        String provided = bundle.getHeaders("").get(Constants.PROVIDE_CAPABILITY);
        return name != null
                && name.startsWith(Configuration.PLATFORM)
                && bundle.getState() != Bundle.UNINSTALLED
                && (provided == null || !provided.contains(SallyportPlugin.NAMESPACE));
    }

    private static List<MetatypeSchemas.Definition> definitions(Bundle bundle) {
        Enumeration<String> paths = bundle.getEntryPaths(FOLDER);
        if (paths == null) {
            return List.of();
        }
        return Collections.list(paths).stream()
                .filter(path -> path.endsWith(".xml"))
                .sorted()
                .limit(MAX_FILES)
                .flatMap(path -> definitions(bundle, path).stream())
                .toList();
    }

    private static List<MetatypeSchemas.Definition> definitions(Bundle bundle, String path) {
        URL entry = bundle.getEntry(path);
        if (entry == null) {
            return List.of();
        }
        try (InputStream xml = entry.openStream()) {
            return MetatypeSchemas.definitions(xml, false);
        } catch (IOException e) {
            log.error("The definition [{}] of bundle [{}] is unusable; its settings are refused", path, bundle, e);
            return List.of();
        }
    }
}
