package org.sallyport.spi.registry;

import org.osgi.framework.Version;

/** Numbers that order like versions, so that a look-up by range compares numbers and seldom versions. */
public final class VersionKey {
    /** Bits of a number that each of major, minor and micro has; larger ones are compared as versions. */
    private static final int BITS = 20;

    private static final int LIMIT = (1 << BITS) - 1;

    private VersionKey() {}

    /**
     * A number of which holds: if that of one version is below that of another, so is the version. Equal numbers are
     * equal versions, unless the lowest bit is set.
     */
    public static long of(Version version) {
        long major = Math.min(version.getMajor(), LIMIT);
        long minor = major == LIMIT ? LIMIT : Math.min(version.getMinor(), LIMIT);
        long micro = minor == LIMIT ? LIMIT : Math.min(version.getMicro(), LIMIT);
        long more = micro == LIMIT || !version.getQualifier().isEmpty() ? 1 : 0;
        return ((major << BITS | minor) << BITS | micro) << 1 | more;
    }
}
