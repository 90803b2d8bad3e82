package org.sallyport.spi.permission;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What somebody may do. Immutable, so a decision made with it can be kept as long as the object is the same; after a change
 * {@link Grants} gives another one.
 */
@ProviderType
public interface Permissions {
    /**
     * Whether one of them covers an act.
     *
     * @param target what it is done to, by type: for files a real, absolute, normalised path; for networks {@code host:port},
     *     {@code [address]:port} or, where it is known where a name leads, {@code name/address:port} (who connects by name asks
     *     again with the address, as a name may lead to a private one); for {@code thread.create} how many there would be; else
     *     a name. A target that the type cannot read is not covered
     */
    boolean permits(String type, String action, String target);

    /** All of them, sorted, as they are declared. */
    List<Permission> list();
}
