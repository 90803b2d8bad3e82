package org.sallyport.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Makes an ordinary bundle a plugin. Put it once in a bundle, on the package or on one class; bnd writes it into the
 * manifest as a capability of the namespace {@value #NAMESPACE}, which is what the platform, the resolver and the
 * catalogue read. The plugin's version is the bundle's.
 *
 * <pre>{@code
 * @SallyportPlugin(id = "hello", name = "Hello", description = "Greets every message")
 * package com.acme.hello;
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
@Capability(namespace = SallyportPlugin.NAMESPACE)
public @interface SallyportPlugin {
    /** The capability namespace that marks a plugin. */
    String NAMESPACE = "org.sallyport.plugin";

    /** Identifies the plugin: {@value PluginId#SYNTAX}, at most {@value PluginId#MAX_LENGTH} characters. */
    @Attribute("org.sallyport.plugin")
    String id();

    /** What people call it; at most 80 characters. */
    @Attribute
    String name();

    /** What it does, in one sentence; at most 300 characters. */
    @Attribute
    String description();

    /** Who wrote it. */
    @Attribute
    String author() default "";

    /** SPDX licence expression. */
    @Attribute
    String licence() default "";

    /** Where to read more. */
    @Attribute
    String homepage() default "";

    /** Words to find it by in a catalogue. */
    @Attribute
    String[] keywords() default {};

    /** What it can do, in the words of the host that asks (for example {@code data_processing}). */
    @Attribute
    String[] capabilities() default {};

    /** Other names by which configurations may call it, such as the name it had in another product. */
    @Attribute
    String[] aliases() default {};

    /** Lowest host version it runs on, as an OSGi version. */
    @Attribute
    String minHostVersion() default "0.0.0";

    /** Host features it cannot do without. */
    @Attribute
    String[] requiredFeatures() default {};

    /** The servers for which it makes sense; see {@link DisplayScope}. */
    @Attribute
    DisplayScope displayScope() default DisplayScope.GLOBAL;

    /** With {@link DisplayScope#SERVER_SPECIFIC}: the servers it works with. */
    @Attribute
    String[] compatibleServers() default {};

    /**
     * Whether it is started together with the platform even if all that it does is to handle hooks. Without, such a plugin
     * sleeps after a restart until one of its hooks is called; a plugin that does more never sleeps.
     */
    @Attribute
    boolean eager() default false;

    /**
     * The most trust that it wants. It gets no more than its signer and the operator's policy allow, and whoever needs less
     * than {@link TrustLevel#INTERNAL} does well to say so.
     */
    @Attribute
    TrustLevel trustLevel() default TrustLevel.INTERNAL;

    /** How far this version is; an operator may mark it otherwise with {@code plugin:mark}. */
    @Attribute
    Stage stage() default Stage.STABLE;
}
