package org.sallyport.api.hook;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Says which hook a component handles, and where it stands among the others. bnd also writes it into the manifest
 * (namespace {@value #NAMESPACE}), so that a plugin can stay asleep until its hook is called.
 */
@Documented
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Capability(namespace = HandlesHook.NAMESPACE)
public @interface HandlesHook {
    /** The capability namespace of handled hooks. */
    String NAMESPACE = "org.sallyport.hook";

    /** Prefix of the component properties this annotation makes. */
    String PREFIX_ = "sallyport.hook.";

    /** The hook's name. */
    @Attribute("org.sallyport.hook")
    String name();

    /** Phases run in this order: {@code early}, {@code normal}, {@code late}. */
    @Attribute
    String phase() default "normal";

    /** Within the phase: 0 to 100, lower first. */
    @Attribute
    int priority() default 50;

    /** Plugin ids before whose handlers this one runs. */
    @Attribute
    String[] before() default {};

    /** Plugin ids after whose handlers this one runs. */
    @Attribute
    String[] after() default {};
}
