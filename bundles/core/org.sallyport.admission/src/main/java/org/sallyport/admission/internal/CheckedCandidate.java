package org.sallyport.admission.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.Gates.Refusal;
import org.sallyport.admission.internal.archive.Archive;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.archive.ArchiveReader;
import org.sallyport.admission.internal.archive.DescriptorReader;
import org.sallyport.admission.internal.archive.TypeReader;
import org.sallyport.admission.internal.schema.SettingsSchemas;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginDescriptor;

/** An archive on its way in. Reads its bytes once, when first asked; thread-safe. */
final class CheckedCandidate implements AdmissionGate.Candidate {
    private final byte[] bytes;
    private final String sha256;
    private final String origin;
    private final boolean returning;
    private final boolean type;
    private @Nullable Archive archive;
    private @Nullable PluginDescriptor descriptor;
    private @Nullable SettingsSchemas schemas;
    private volatile @Nullable Refusal hold;

    /** One that comes from outside. */
    CheckedCandidate(byte[] bytes, String origin) {
        this(bytes, origin, false, false);
    }

    private CheckedCandidate(byte[] bytes, String origin, boolean returning, boolean type) {
        this.bytes = bytes;
        this.sha256 = sha256(bytes);
        this.origin = origin;
        this.returning = returning;
        this.type = type;
    }

    /** One that was let in before. */
    static CheckedCandidate fromStore(byte[] bytes, String origin) {
        return new CheckedCandidate(bytes, origin, true, false);
    }

    /**
     * A plugin type's bundle.
     *
     * @param returning whether it was let in before
     */
    static CheckedCandidate ofType(byte[] bytes, String origin, boolean returning) {
        return new CheckedCandidate(bytes, origin, returning, true);
    }

    /** @throws PluginException {@code invalid_archive} if it is larger than what is looked at */
    static void requireSize(byte[] archive, String origin) {
        if (archive.length > PluginAdmin.MAX_ARCHIVE) {
            throw new PluginException(
                    "invalid_archive",
                    "Plugin file [" + origin + "] has [" + archive.length + "] bytes; at most ["
                            + PluginAdmin.MAX_ARCHIVE + "] are taken");
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public byte[] archive() {
        return bytes;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public boolean returning() {
        return returning;
    }

    /** All gates let it pass, but for one that waits until somebody agrees. */
    void hold(Refusal why) {
        hold = why;
    }

    /** Why it waits until somebody agrees; empty if it does not. */
    Optional<Refusal> hold() {
        return Optional.ofNullable(hold);
    }

    /** The archive's entries. */
    synchronized Archive contents() throws ArchiveException {
        if (archive == null) {
            archive = ArchiveReader.read(bytes);
        }
        return archive;
    }

    /** What the manifest says. */
    synchronized PluginDescriptor described() throws ArchiveException {
        if (descriptor == null) {
            descriptor = type ? TypeReader.read(contents()) : DescriptorReader.read(contents());
        }
        return descriptor;
    }

    /** The settings schemas. */
    synchronized SettingsSchemas schemas() throws ArchiveException {
        if (schemas == null) {
            schemas = new SettingsSchemas(contents());
        }
        return schemas;
    }

    @Override
    public PluginDescriptor descriptor() {
        try {
            return described();
        } catch (ArchiveException e) {
            throw invalid(e);
        }
    }

    PluginException invalid(ArchiveException e) {
        return new PluginException(
                "invalid_archive",
                "Plugin file [" + origin + "] was refused by the gate [" + e.gate() + "]: " + e.getMessage(),
                e);
    }
}
