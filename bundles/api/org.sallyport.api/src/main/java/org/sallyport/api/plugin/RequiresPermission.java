package org.sallyport.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Requirement;

/**
 * Asks for a permission. bnd writes it as a requirement of the namespace {@value #NAMESPACE} with
 * {@code effective:=grant}, a value of our own that no resolver takes for a wire. What was not asked for is never
 * granted; what was asked for is granted by the operator alone. Types, actions and the forms of scopes are listed in
 * {@code docs/security.md}; what is not understood refuses the plugin. {@code permission:manifest} prints what a plugin needs.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
@Repeatable(RequiresPermission.List.class)
@Requirement(namespace = RequiresPermission.NAMESPACE, effective = "grant")
public @interface RequiresPermission {
    /** The requirement namespace of permissions. */
    String NAMESPACE = "org.sallyport.permission";

    /** The kind of permission, such as {@code file}, {@code net} or {@code env}. */
    @Attribute
    String type();

    /** What it may do, such as {@code read}, {@code write} or {@code connect}. */
    @Attribute
    String[] actions();

    /**
     * Where it may do it, such as a path or host pattern; empty means wherever the type allows. <code>${data}</code> stands for
     * the plugin's own folder, <code>${tmp}</code> for one that need not last, <code>${plugin}</code> for its id.
     */
    @Attribute
    String scope() default "";

    /** Why it is needed, in one sentence that is shown to the operator who grants it. */
    @Attribute
    String reason() default "";

    /** Several permissions. */
    @Documented
    @Retention(RetentionPolicy.CLASS)
    @Target({ElementType.TYPE, ElementType.PACKAGE})
    @interface List {
        /** The permissions asked for. */
        RequiresPermission[] value();
    }
}
