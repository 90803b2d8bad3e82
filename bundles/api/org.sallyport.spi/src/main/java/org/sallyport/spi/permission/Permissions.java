package org.sallyport.spi.permission;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What somebody may do. Immutable, so a decision made with it can be kept as long as the object is the same.
 */
@ProviderType
public interface Permissions {
    /**
     * Whether one of them covers an act.
     *
     * @param target what it is done to: a real, absolute path; {@code host:port}; a name. A target that the type cannot read is
     *     not covered
     */
    boolean permits(String type, String action, String target);

    /** All of them, sorted. */
    List<Permission> list();
}
