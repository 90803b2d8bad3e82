package org.sallyport.worker.internal.child;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Asks Declarative Services what became of the plugin's components. */
final class ChildComponents {
    private ChildComponents() {}

    /** Fails if a component failed, or if none could run. */
    static void check(BundleContext context, Bundle bundle) throws BundleException {
        ServiceComponentRuntime runtime = runtime(context);
        int satisfied = 0;
        String missing = "";
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO component : runtime.getComponentConfigurationDTOs(description)) {
                switch (component.state) {
                    case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                        throw new BundleException("component [" + description.name + "] failed: " + cause(component));
                    case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                        missing = "component [" + description.name + "] needs a service ["
                                + component.unsatisfiedReferences[0].name + "], which a worker does not have";
                    case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                        missing =
                                "component [" + description.name + "] requires a configuration of Configuration Admin,"
                                        + " which plugins do not get; take settings from the call of configure";
                    default -> satisfied++;
                }
            }
        }
        if (satisfied == 0 && !missing.isEmpty()) {
            throw new BundleException(missing);
        }
    }

    /** What the first component that failed says, after a colon; empty if none did. */
    static String failure(BundleContext context, Bundle bundle) {
        ServiceComponentRuntime runtime = runtime(context);
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO component : runtime.getComponentConfigurationDTOs(description)) {
                if (component.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    return ": " + cause(component);
                }
            }
            try {
                bundle.loadClass(description.implementationClass);
            } catch (ClassNotFoundException | LinkageError e) {
                return ": " + e;
            }
        }
        return "";
    }

    /** The innermost cause of a trace, its first line. */
    private static String cause(ComponentConfigurationDTO component) {
        String cause = "";
        for (String line : String.valueOf(component.failure).split("\n")) {
            if (cause.isEmpty() || line.startsWith("Caused by: ")) {
                cause = line.replace("Caused by: ", "").strip();
            }
        }
        return cause;
    }

    private static ServiceComponentRuntime runtime(BundleContext context) {
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        return context.getService(reference);
    }
}
