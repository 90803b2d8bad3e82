package org.sallyport.admission.internal;

import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.archive.ArchiveReader;
import org.sallyport.admission.internal.archive.DescriptorReader;
import org.sallyport.admission.internal.archive.Manifests;
import org.sallyport.spi.plugin.PluginDescriptor;

/** Descriptors of plugins, read from manifests as always. */
final class Descriptors {
    private Descriptors() {}

    static PluginDescriptor of(String id) {
        return of(Manifests.plugin(id));
    }

    static PluginDescriptor of(Manifests manifest) {
        try {
            return DescriptorReader.read(ArchiveReader.read(manifest.build()));
        } catch (ArchiveException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
