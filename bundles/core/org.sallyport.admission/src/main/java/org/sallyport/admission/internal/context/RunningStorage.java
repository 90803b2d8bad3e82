package org.sallyport.admission.internal.context;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Storage;

/** A storage that ends with the revision it was given to. */
record RunningStorage(Storage storage, UnaryOperator<Storage> running) implements Storage {
    private Storage now() {
        return running.apply(storage);
    }

    @Override
    public Optional<Document> get(String key) {
        return now().get(key);
    }

    @Override
    public void put(String key, Document value) {
        now().put(key, value);
    }

    @Override
    public void remove(String key) {
        now().remove(key);
    }

    @Override
    public Document update(String key, UnaryOperator<Document> change) {
        return now().update(key, change);
    }

    @Override
    public List<String> keys(String prefix) {
        return now().keys(prefix);
    }
}
