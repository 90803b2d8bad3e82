package org.sallyport.deploy.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sallyport.spi.trust.Evidence;

/** Notes what is offered. Thread-safe. */
final class OfferedEvidence implements Evidence {
    private final List<String> offered = new CopyOnWriteArrayList<>();

    @Override
    public void offer(String sha256, byte[] signature) {
        offered.add(new String(signature, StandardCharsets.UTF_8));
    }

    @Override
    public void retain(Set<String> archives) {
        // It is asked for nothing of it.
    }

    List<String> offered() {
        return offered;
    }
}
