package org.sallyport.config.internal;

import java.nio.file.Path;
import java.util.List;
import org.sallyport.spi.config.Configuration.Problem;

/** What the verbs of this bundle need beyond the contract. */
public interface EffectiveConfiguration {
    /** What holds, in order, with secrets masked. */
    List<Entry> entries();

    /** What is wrong with the files as they are now. */
    List<Problem> checkFiles();

    /** The name under which the configuration speaks of a file. */
    String nameOf(Path file);

    /**
     * One entry, for people.
     *
     * @param key its key
     * @param source the file, or the words for what is none
     * @param value its JSON text; what may be secret is masked
     */
    record Entry(String key, String source, String value) {}
}
