package org.sallyport.api.plugin;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.config.Settings;

/** A component that registers this gives the line that lists show beside its name. */
@ConsumerType
public interface StatusText {
    /** At most 80 characters on what these settings make the plugin do, such as {@code Redacts e-mail, phone}. */
    String statusText(Settings settings);
}
