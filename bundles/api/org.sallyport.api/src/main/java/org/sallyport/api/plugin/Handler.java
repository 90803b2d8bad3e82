package org.sallyport.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Names a handler of a plugin that brings more than one; put it on the component. Without it the handler has the
 * plugin's id. Configured instances are called {@code handler} or {@code handler~name}; that name is what chain,
 * statistics and audit show.
 */
@Documented
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Handler {
    /** Prefix of the component properties this annotation makes. */
    String PREFIX_ = "sallyport.";

    /** The handler's id, of the same form as a plugin's. */
    String handler();
}
