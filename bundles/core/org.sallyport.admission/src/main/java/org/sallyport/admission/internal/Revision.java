package org.sallyport.admission.internal;

import java.util.List;
import org.osgi.framework.Bundle;
import org.sallyport.admission.internal.context.PluginServices;
import org.sallyport.admission.internal.schema.SettingsSchemas;
import org.sallyport.spi.plugin.PluginDescriptor;

/** One version of a plugin as a bundle of the framework. */
final class Revision {
    /** What it is called: the plugin's id, or {@code ID@VERSION} beside the main version. */
    final String name;

    final Bundle bundle;
    final PluginDescriptor descriptor;
    final String sha256;
    final SettingsSchemas schemas;
    final PluginServices services;

    /** The services that admission holds; replaced whole. */
    volatile List<Held> contributions = List.of();

    /** Whether it is being started: its service events say nothing new then. */
    volatile boolean starting;

    /** What a part of it waits for; empty if it is whole. */
    volatile String incomplete = "";

    /** Whether it took its place: it serves, or did. */
    volatile boolean placed;

    /** Whether it left its place. */
    volatile boolean retired;

    /** Whether it still holds a thread: it is never touched again. */
    volatile boolean hung;

    Revision(
            String name,
            Bundle bundle,
            PluginDescriptor descriptor,
            String sha256,
            SettingsSchemas schemas,
            PluginServices services) {
        this.name = name;
        this.bundle = bundle;
        this.descriptor = descriptor;
        this.sha256 = sha256;
        this.schemas = schemas;
        this.services = services;
    }

    String id() {
        return descriptor.id().value();
    }

    String version() {
        return descriptor.version().toString();
    }
}
