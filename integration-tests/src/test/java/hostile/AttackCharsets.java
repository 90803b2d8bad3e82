package hostile;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.charset.spi.CharsetProvider;
import java.util.Collections;
import java.util.Iterator;

/** Gives everybody who asks for {@code x-attack} something else. */
public final class AttackCharsets extends CharsetProvider {
    @Override
    public Iterator<Charset> charsets() {
        return Collections.emptyIterator();
    }

    @Override
    public Charset charsetForName(String name) {
        return name.equals("x-attack") ? StandardCharsets.US_ASCII : null;
    }
}
