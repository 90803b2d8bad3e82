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
    private final int idHash;
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
        idHash = id.hashCode();
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

    /** The hash code of the id: nearer at hand than in the id itself. */
    public int idHash() {
        return idHash;
    }

    /** Which versions will do. */
    public VersionRange range() {
        return range;
    }

    /** Whether a version is above the range; its number is {@link VersionKey#of}, or below that of every version. */
    public boolean isExceededBy(long key, @Nullable PluginVersion version) {
        return key == high ? compare(key, version, range.getRight()) >= (highIsOut ? 0 : 1) : key > high;
    }

    /** Whether a version is below the range; its number is {@link VersionKey#of}, or below that of every version. */
    public boolean isMissedBy(long key, @Nullable PluginVersion version) {
        return key == low ? compare(key, version, range.getLeft()) <= (lowIsOut ? 0 : -1) : key < low;
    }

    /** Compares a version with an end of the same number. */
    private static int compare(long key, @Nullable PluginVersion version, @Nullable Version end) {
        return (key & 1) == 0 || version == null || end == null
                ? 0
                : version.version().compareTo(end);
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
