package org.sallyport.spi.registry;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * A plugin in one of several versions, as a host or a dependency asks for it. Immutable; worth keeping, as it knows by
 * numbers where its range begins and ends.
 */
public final class PluginRange {
    private final String id;
    private final VersionRange range;
    private final long low;
    private final long high;
    private final boolean lowIsOut;
    private final boolean highIsOut;

    /**
     * @param id the plugin's id
     * @param range which versions will do
     */
    public PluginRange(String id, VersionRange range) {
        this.id = id;
        this.range = range;
        Version right = range.getRight();
        low = VersionKey.of(range.getLeft());
        lowIsOut = range.getLeftType() == VersionRange.LEFT_OPEN;
        high = right == null ? Long.MAX_VALUE : VersionKey.of(right);
        highIsOut = right != null && range.getRightType() == VersionRange.RIGHT_OPEN;
    }

    /**
     * Reads {@code id} or {@code id@range}, such as {@code notes@[1.2,2)}.
     *
     * @throws IllegalArgumentException if the range is none
     */
    public static PluginRange parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new PluginRange(text, new VersionRange("0"))
                : new PluginRange(text.substring(0, at), new VersionRange(text.substring(at + 1)));
    }

    /** The plugin's id. */
    public String id() {
        return id;
    }

    /** Which versions will do. */
    public VersionRange range() {
        return range;
    }

    /** Whether a version is above the range; its number is {@link VersionKey#of}. */
    public boolean isExceededBy(long key, PluginVersion version) {
        int least = highIsOut ? 0 : 1;
        return compare(key, version, high, range.getRight()) >= least;
    }

    /** Whether a version is below the range; its number is {@link VersionKey#of}. */
    public boolean isMissedBy(long key, PluginVersion version) {
        int most = lowIsOut ? 0 : -1;
        return compare(key, version, low, range.getLeft()) <= most;
    }

    private static int compare(long key, PluginVersion version, long end, @Nullable Version exactEnd) {
        return key == end && (key & 1) != 0 && exactEnd != null
                ? version.version().compareTo(exactEnd)
                : Long.compare(key, end);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PluginRange that && id.equals(that.id) && range.equals(that.range);
    }

    @Override
    public int hashCode() {
        return 31 * id.hashCode() + range.hashCode();
    }

    @Override
    public String toString() {
        return id + "@" + range;
    }
}
