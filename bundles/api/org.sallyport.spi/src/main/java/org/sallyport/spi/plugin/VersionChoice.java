package org.sallyport.spi.plugin;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.sallyport.api.plugin.Stage;

/**
 * Which version of a plugin one wants, of those that are there. The highest stable one in the range is taken; a deprecated
 * one only if there is no stable one, a beta one only if it was asked for.
 *
 * @param range which versions will do
 * @param beta whether those of the stage beta will do as well as stable ones
 */
public record VersionChoice(VersionRange range, boolean beta) {
    /** Most characters of its text. */
    public static final int MAX_LENGTH = 200;

    private static final String BETA = "beta";

    /**
     * Reads a range such as {@code [1,2)} or {@code 1.2} (that or higher), {@code beta} after it, or {@code beta} alone.
     *
     * @throws IllegalArgumentException if it is none of these, with what would be right
     */
    public static VersionChoice parse(String text) {
        String left = text.strip();
        boolean beta = left.equals(BETA) || left.endsWith(" " + BETA);
        if (beta) {
            left = left.substring(0, left.length() - BETA.length()).strip();
        }
        try {
            if (text.length() <= MAX_LENGTH && (beta || !left.isEmpty())) {
                return new VersionChoice(new VersionRange(left.isEmpty() ? "0" : left), beta);
            }
        } catch (IllegalArgumentException e) {
            // Said below, with what would be right.
        }
        throw new IllegalArgumentException(
                "["
                        + (text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…")
                        + "] chooses no version: write a range such as [1.2,2), or 1.2 for that or higher, or [beta] after a range");
    }

    /** Whether a version will do. */
    public boolean admits(Version version, Stage stage) {
        return range.includes(version) && (stage != Stage.BETA || beta || range.isExact());
    }

    /** The one that is taken of these; between equals the first. */
    public <T> Optional<T> pick(Collection<T> versions, Function<T, Version> version, Function<T, Stage> stage) {
        // Of equals, max() takes the last.
        return versions.stream()
                .filter(one -> admits(version.apply(one), stage.apply(one)))
                .reduce((best, one) -> better(version, stage).compare(one, best) > 0 ? one : best);
    }

    private static <T> Comparator<T> better(Function<T, Version> version, Function<T, Stage> stage) {
        return Comparator.comparing((T one) -> stage.apply(one) != Stage.DEPRECATED)
                .thenComparing(version);
    }

    @Override
    public String toString() {
        return beta ? range + " " + BETA : range.toString();
    }
}
