package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Asks Declarative Services how the components of a bundle are. */
final class Components {
    private final Supplier<@Nullable ServiceComponentRuntime> runtime;

    Components(Supplier<@Nullable ServiceComponentRuntime> runtime) {
        this.runtime = runtime;
    }

    /**
     * How the components of a bundle are.
     *
     * @param failure what the first one that failed says; empty if none did
     * @param missing what those that wait are missing
     * @param satisfied how many could run
     */
    record Health(Optional<String> failure, List<Missing> missing, int satisfied) {
        /** What one of those that wait is missing; empty if none waits. */
        String incomplete() {
            return missing.stream().map(Missing::sentence).findFirst().orElse("");
        }
    }

    /**
     * A component that waits.
     *
     * @param component its name
     * @param service the service it waits for; empty if it waits for something else
     * @param sentence what it waits for
     */
    record Missing(String component, String service, String sentence) {}

    Health of(Bundle bundle) {
        ServiceComponentRuntime scr = runtime.get();
        if (scr == null) {
            return new Health(Optional.empty(), List.of(), 0);
        }
        Optional<String> failure = Optional.empty();
        List<Missing> missing = new ArrayList<>();
        int satisfied = 0;
        for (ComponentDescriptionDTO description : scr.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO configuration : scr.getComponentConfigurationDTOs(description)) {
                switch (configuration.state) {
                    case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                        failure = failure.or(() -> Optional.of("component [" + description.name + "] failed: "
                                + Causes.fromTrace(configuration.failure)));
                    case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                        missing.add(reference(description, configuration));
                    case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                        missing.add(new Missing(
                                description.name,
                                "",
                                "component [" + description.name + "] requires a configuration of Configuration Admin,"
                                        + " which plugins do not get; take settings from the call of configure"));
                    default -> satisfied++;
                }
            }
        }
        return new Health(failure, missing, satisfied);
    }

    private static Missing reference(ComponentDescriptionDTO description, ComponentConfigurationDTO configuration) {
        UnsatisfiedReferenceDTO unsatisfied = configuration.unsatisfiedReferences[0];
        String service = "";
        for (ReferenceDTO reference : description.references) {
            if (reference.name.equals(unsatisfied.name)) {
                service = reference.interfaceName;
            }
        }
        String target = unsatisfied.target == null ? "" : " with " + unsatisfied.target;
        return new Missing(
                description.name,
                service,
                "component [" + description.name + "] needs a service [" + service + "]" + target
                        + ", which is not there");
    }

    /** Whether all components of a bundle only wait for calls by these contracts. */
    boolean wait(Bundle bundle, Set<String> contracts) {
        ServiceComponentRuntime scr = runtime.get();
        if (scr == null) {
            return false;
        }
        for (ComponentDescriptionDTO description : scr.getComponentDescriptionDTOs(bundle)) {
            if (description.immediate
                    || description.factory != null
                    || description.serviceInterfaces.length == 0
                    || !contracts.containsAll(List.of(description.serviceInterfaces))) {
                return false;
            }
        }
        return true;
    }

    /** Why the class of a component cannot be loaded, which Declarative Services only logs; empty if all can. */
    Optional<String> unloadable(Bundle bundle) {
        ServiceComponentRuntime scr = runtime.get();
        if (scr != null) {
            for (ComponentDescriptionDTO description : scr.getComponentDescriptionDTOs(bundle)) {
                try {
                    bundle.loadClass(description.implementationClass);
                } catch (ClassNotFoundException | LinkageError e) {
                    return Optional.of(Causes.sentence(e));
                }
            }
        }
        return Optional.empty();
    }

    /** The services that a bundle's components offer, or would offer if they were satisfied. */
    List<String> offers(Bundle bundle) {
        ServiceComponentRuntime scr = runtime.get();
        List<String> offers = new ArrayList<>();
        if (scr != null) {
            for (ComponentDescriptionDTO description : scr.getComponentDescriptionDTOs(bundle)) {
                offers.addAll(List.of(description.serviceInterfaces));
            }
        }
        return offers;
    }
}
