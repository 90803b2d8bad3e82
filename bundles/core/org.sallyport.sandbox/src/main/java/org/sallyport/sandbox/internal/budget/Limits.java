package org.sallyport.sandbox.internal.budget;

/**
 * What one call of a plugin may use.
 *
 * @param cpuMillis time of the processor
 * @param wallMillis time of the clock
 * @param allocated bytes that it allocates, whether it keeps them or not
 * @param array bytes of one array, or of one thing that grows as one
 */
public record Limits(long cpuMillis, long wallMillis, long allocated, long array) {
    /** What holds unless the operator says otherwise. */
    public static final Limits DEFAULT = new Limits(1_000, 10_000, 256L << 20, 32L << 20);
}
