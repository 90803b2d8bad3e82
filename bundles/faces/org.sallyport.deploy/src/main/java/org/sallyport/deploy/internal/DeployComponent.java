package org.sallyport.deploy.internal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.trust.Evidence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the deploy folder as long as there is an admission to hand files to; not offline and not in safe mode. */
@Component(
        immediate = true,
        service = {})
public final class DeployComponent {
    private static final Logger log = LoggerFactory.getLogger(DeployComponent.class);

    private final @Nullable DeployWatch watch;

    /** Returns at once: the folder is first looked at on the watch's own thread. */
    @Activate
    public DeployComponent(BundleContext context, @Reference PluginAdmin admin, @Reference Evidence evidence) {
        this(
                context.getProperty("sallyport.offline"),
                context.getProperty("sallyport.safe.mode"),
                context.getProperty("sallyport.home"),
                admin,
                evidence);
    }

    DeployComponent(
            @Nullable String offline,
            @Nullable String safeMode,
            @Nullable String home,
            PluginAdmin admin,
            Evidence evidence) {
        if ("true".equals(offline)) {
            watch = null;
        } else if ("true".equals(safeMode)) {
            watch = null;
            log.info("In safe mode the deploy folder is not watched: take the file that does harm out of it,"
                    + " then start without [--safe-mode]");
        } else if (home == null) {
            throw new IllegalStateException("The deploy folder has no place: the launcher has to set the framework"
                    + " property [sallyport.home]");
        } else {
            watch = new DeployWatch(new DeployFolder(Path.of(home).resolve("deploy")), admin, evidence);
            watch.start();
        }
    }

    @Deactivate
    void deactivate() {
        if (watch != null) {
            watch.close();
        }
    }
}
