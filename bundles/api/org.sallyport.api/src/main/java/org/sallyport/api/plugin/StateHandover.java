package org.sallyport.api.plugin;

import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.document.Document;

/**
 * A component that registers this takes its state along to the next version. Each method is called on a thread of the
 * platform and has 2 seconds.
 */
@ConsumerType
public interface StateHandover {
    /** Version of the form that {@link #saveState()} writes; counts up. */
    int schemaVersion();

    /** Called on the old version before the new one is published; calls still run on it. */
    Document saveState();

    /**
     * Called on the new version before it is published.
     *
     * @param schemaVersion form of the state
     * @throws PluginException if the form is not understood; the swap is rolled back
     */
    void restoreState(int schemaVersion, Document state);

    /** Called on the old version after its last call: what came since {@link #saveState()}. */
    default Document saveRest() {
        return Document.NULL;
    }

    /** Called on the new version, which serves already, with what {@link #saveRest()} gave. */
    default void mergeRest(int schemaVersion, Document rest) {}
}
