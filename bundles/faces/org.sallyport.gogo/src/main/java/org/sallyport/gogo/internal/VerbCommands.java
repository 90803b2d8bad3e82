package org.sallyport.gogo.internal;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.sallyport.spi.admin.AdminVerb;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes each {@link AdminVerb} service a command of the shell, {@code SCOPE:NAME}, as long as it is there. */
@Component(service = {})
public final class VerbCommands {
    private static final Logger log = LoggerFactory.getLogger(VerbCommands.class);

    /** A word that Gogo reads as one; others could not be typed. */
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    private final BundleContext context;

    // Guarded by itself.
    private final Map<AdminVerb, ServiceRegistration<Function>> commands = new IdentityHashMap<>();

    /** The constructor runs before the first verb is added. */
    @Activate
    public VerbCommands(BundleContext context) {
        this.context = context;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addVerb(AdminVerb verb) {
        String scope = verb.scope();
        String name = verb.name();
        if (!WORD.matcher(scope).matches() || !WORD.matcher(name).matches()) {
            log.warn(
                    "Verb [{}:{}] of [{}] is no command: use lower-case letters, digits and dashes", scope, name, verb);
            return;
        }
        ServiceRegistration<Function> registration = context.registerService(
                Function.class,
                new VerbFunction(scope + ":" + name, verb),
                FrameworkUtil.asDictionary(
                        Map.of(CommandProcessor.COMMAND_SCOPE, scope, CommandProcessor.COMMAND_FUNCTION, name)));
        synchronized (commands) {
            commands.put(verb, registration);
        }
    }

    void removeVerb(AdminVerb verb) {
        ServiceRegistration<Function> registration;
        synchronized (commands) {
            registration = commands.remove(verb);
        }
        if (registration != null) {
            registration.unregister();
        }
    }
}
