package org.sallyport.signing.openpgp.internal;

import java.time.Instant;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sallyport.spi.trust.DetachedForm;

/** Detached signatures of OpenPGP, beside the archive as {@code x.jar.asc} or {@code x.jar.sig}. */
@Component
public final class OpenPgpForm implements DetachedForm {
    @Override
    public String format() {
        return "openpgp";
    }

    @Override
    public Key key(byte[] file) throws Refused {
        Certificate certificate = Certificate.read(file);
        certificate.requireSigner();
        return new Key(certificate.encoded(), certificate.fingerprint());
    }

    @Override
    public Verified verify(byte[] archive, byte[] signature, List<byte[]> keys, Instant today, boolean returning)
            throws Refused {
        return new DetachedCheck(archive, keys, today, returning).of(signature);
    }
}
