package org.sallyport.spi.trust;

import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.spi.admission.AdmissionGate;

/** Reads an archive as admission does, without letting it in: what is signed is what will be read. Thread-safe. */
@ProviderType
public interface ArchiveDescriber {
    /**
     * Reads it.
     *
     * @throws org.sallyport.api.plugin.PluginException {@code invalid_archive} if the archive or its manifest is refused
     */
    AdmissionGate.Candidate describe(byte[] archive, String origin);
}
