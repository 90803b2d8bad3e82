package org.sallyport.worker.internal.wire;

/** Where a worker's log lines go. */
public interface HostLog {
    /** @param level as {@link org.slf4j.spi.LocationAwareLogger} counts them */
    void log(int level, String logger, String text);
}
