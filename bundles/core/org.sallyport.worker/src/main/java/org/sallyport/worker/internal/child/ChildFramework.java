package org.sallyport.worker.internal.child;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.sallyport.api.plugin.PluginContext;

/**
 * The framework of a worker. All that is not the plugin's lies on the class path, Declarative Services too: they run as part
 * of the framework, so that an archive of class data has them all, and one bundle is all there is to install.
 */
final class ChildFramework {
    private static final String RESOURCE = "/META-INF/sallyport/worker.properties";

    private final Framework framework;

    private ChildFramework(Framework framework) {
        this.framework = framework;
    }

    /** Starts it, without a plugin. */
    static ChildFramework start(Path cache) throws Exception {
        Properties worker = new Properties();
        try (InputStream in = ChildFramework.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException("resource [" + RESOURCE + "] is missing");
            }
            worker.load(in);
        }
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, worker.getProperty("packages"));
        // Plugins are wired to whoever brings their components to life; here it is the framework itself.
        properties.put(
                Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                "osgi.extender;osgi.extender=\"osgi.component\";version:Version=\"1.5.0\"");
        properties.put("felix.bootdelegation.implicit", "false");
        properties.put("felix.log.level", "1");
        properties.put("ds.loglevel", "error");
        properties.put("felix.cache.locking", "false");
        FrameworkFactory factory = (FrameworkFactory) Class.forName("org.apache.felix.framework.FrameworkFactory")
                .getDeclaredConstructor()
                .newInstance();
        Framework framework = factory.newFramework(properties);
        framework.init();
        framework.start();
        BundleActivator components = (BundleActivator) Class.forName("org.apache.felix.scr.impl.Activator")
                .getDeclaredConstructor()
                .newInstance();
        components.start(framework.getBundleContext());
        return new ChildFramework(framework);
    }

    /**
     * A service of the plugin.
     *
     * @param contracts the names it is registered under
     */
    record Offered(List<String> contracts, Map<String, Object> properties, Object service) {}

    /**
     * Installs and starts the plugin; all its services.
     *
     * @param installed is given the bundle before its first class is loaded
     */
    List<Offered> run(byte[] archive, PluginContext given, Consumer<Bundle> installed) throws BundleException {
        BundleContext context = framework.getBundleContext();
        context.registerService(PluginContext.class, given, null);
        Bundle bundle = context.installBundle("plugin:", new ByteArrayInputStream(archive));
        ChildHooks.hide(context, bundle);
        installed.accept(bundle);
        bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
        List<Offered> offered = new ArrayList<>();
        ServiceReference<?>[] references = bundle.getRegisteredServices();
        for (ServiceReference<?> reference : references == null ? new ServiceReference<?>[0] : references) {
            Object service = context.getService(reference);
            String[] contracts = (String[]) reference.getProperty(Constants.OBJECTCLASS);
            if (service == null) {
                throw new BundleException("its service [" + contracts[0] + "] could not be made"
                        + ChildComponents.failure(context, bundle));
            }
            Map<String, Object> properties = new HashMap<>();
            for (String key : reference.getPropertyKeys()) {
                Object value = reference.getProperty(key);
                if (value instanceof String
                        || value instanceof Number
                        || value instanceof Boolean
                        || value instanceof String[]) {
                    properties.put(key, value);
                }
            }
            offered.add(new Offered(List.of(contracts), properties, service));
        }
        ChildComponents.check(context, bundle);
        return offered;
    }
}
