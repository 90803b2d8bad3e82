package org.sallyport.spi.sandbox;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.spi.permission.Permissions;

/**
 * In whose name a thread works. What a thread does between {@link #enter} and {@link #exit} is done in the name of this domain,
 * whatever lies below on its stack; a domain that is entered inside of another one hides it. Both cost some ten nanoseconds and
 * can be called by any thread.
 *
 * <pre>{@code
 * Object before = domain.enter();
 * try {
 *     plugin.call();
 * } finally {
 *     domain.exit(before);
 * }
 * }</pre>
 */
@ProviderType
public interface ThreadDomain {
    /** Makes this the domain of the current thread. @return what {@link #exit} takes */
    @Nullable Object enter();

    /** Gives the current thread back the domain that it had. @param before what {@link #enter} returned on this thread */
    void exit(@Nullable Object before);

    /** Replaces the permissions, as after a grant or its withdrawal; holds for the next act. Ignored by the host's domain. */
    void permissions(Permissions permissions);

    /** How much of the disk the plugin may fill; without it, as much as there is. Ignored by the host's domain. */
    default void limit(DiskQuota quota) {}

    /** The plugin is gone: what is left of its code and its threads may do nothing any more. Ignored by the host's domain. */
    void close();
}
