package org.sallyport.admission.internal;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.sallyport.admission.internal.context.PluginServices;
import org.sallyport.admission.internal.schema.SettingsSchemas;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.sandbox.Tier;

/** One version of a plugin as a bundle of the framework. */
final class Revision {
    /** What it is called: the plugin's id, or {@code ID@VERSION} beside the main version. */
    final String name;

    final Bundle bundle;
    final PluginDescriptor descriptor;
    final String sha256;
    final SettingsSchemas schemas;
    final PluginServices services;
    final Tiers.Choice place;

    /** The services that admission holds; replaced whole. */
    volatile List<Held> contributions = List.of();

    /** Whether it is being started: its service events say nothing new then. */
    volatile boolean starting;

    /** What it came from, until it is started. */
    volatile @Nullable CheckedCandidate candidate;

    /** What a part of it waits for; empty if it is whole. */
    volatile String incomplete = "";

    /** Whether it took its place: it serves, or did. */
    volatile boolean placed;

    /** Whether it left its place. */
    volatile boolean retired;

    /** Whether its tier was told that it goes. */
    final AtomicBoolean left = new AtomicBoolean();

    /** Whether it still holds a thread: it is never touched again. */
    volatile boolean hung;

    Revision(
            String name,
            Bundle bundle,
            PluginDescriptor descriptor,
            String sha256,
            SettingsSchemas schemas,
            PluginServices services,
            Tiers.Choice place) {
        this.name = name;
        this.bundle = bundle;
        this.descriptor = descriptor;
        this.sha256 = sha256;
        this.schemas = schemas;
        this.services = services;
        this.place = place;
    }

    /** Where it runs. */
    Tier tier() {
        return place.tier();
    }

    String id() {
        return descriptor.id().value();
    }

    String version() {
        return descriptor.version().toString();
    }
}
