package org.sallyport.admission.internal.context;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Storage;

/** A storage that ends with the revision it was given to, and is read and written like the folder that it lies in. */
record RunningStorage(Storage storage, UnaryOperator<Storage> running, Rights rights) implements Storage {
    private Storage reading() {
        Storage now = running.apply(storage);
        rights.checkRead();
        return now;
    }

    private Storage writing() {
        Storage now = running.apply(storage);
        rights.checkWrite();
        return now;
    }

    @Override
    public Optional<Document> get(String key) {
        return reading().get(key);
    }

    @Override
    public void put(String key, Document value) {
        writing().put(key, value);
    }

    @Override
    public void remove(String key) {
        writing().remove(key);
    }

    @Override
    public Document update(String key, UnaryOperator<Document> change) {
        rights.checkRead();
        return writing().update(key, change);
    }

    @Override
    public List<String> keys(String prefix) {
        return reading().keys(prefix);
    }
}
