package org.sallyport.signing.internal.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The operator's trust file, {@code keys/trust.json}, over what the distribution trusts. Read again when it changed, so
 * what is written into it by hand counts for the next check. Thread-safe.
 */
public final class TrustFile {
    private final Path file;
    private final String shipped;

    // Guarded by this.
    private @Nullable TrustSet base;
    private @Nullable TrustSet own;
    private String seen = "";

    /**
     * @param file need not exist
     * @param shipped what the distribution trusts, in the same form
     */
    public TrustFile(Path file, String shipped) {
        this.file = file;
        this.shipped = shipped;
    }

    /**
     * Who is trusted now.
     *
     * @throws TrustException if that cannot be known: then nobody is
     */
    public synchronized TrustSet get() throws TrustException {
        TrustSet below = base;
        if (below == null) {
            below = TrustText.read("of the distribution", shipped);
            base = below;
        }
        return own().over(below);
    }

    private TrustSet own() throws TrustException {
        try {
            String now = stamp();
            TrustSet known = own;
            if (known == null || !now.equals(seen)) {
                own = null;
                byte[] text = PrivateFiles.read(file, TrustText.MAX_LENGTH);
                known = text == null
                        ? TrustSet.NOBODY
                        : TrustText.read(file.toString(), new String(text, StandardCharsets.UTF_8));
                own = known;
                seen = now;
            }
            return known;
        } catch (IOException e) {
            throw new TrustException("The trust file [" + file + "] cannot be read: " + e);
        }
    }

    private String stamp() throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
        } catch (NoSuchFileException e) {
            return "none";
        }
    }

    /** Changes what the operator's file says; durable when it returns. Comments in it are lost. */
    public synchronized void change(UnaryOperator<TrustSet> change) throws TrustException, IOException {
        PrivateFiles.replace(file, TrustText.write(change.apply(own())).getBytes(StandardCharsets.UTF_8));
        own = null;
    }

    /** The file. */
    public Path file() {
        return file;
    }
}
