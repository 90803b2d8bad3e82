package org.sallyport.worker.internal.wire;

/** Is told what a worker's guard let its plugin do, and what not. */
public interface HostUse {
    /**
     * The plugin did something, or tried to.
     *
     * @param target what it was done to
     * @param permitted whether it was let
     * @return for a denial, the sentence for the plugin; else empty
     */
    String report(String type, String action, String target, boolean permitted);
}
