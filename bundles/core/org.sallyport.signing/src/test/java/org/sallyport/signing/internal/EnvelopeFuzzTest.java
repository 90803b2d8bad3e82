package org.sallyport.signing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.signing.internal.Workshop.Author;
import org.sallyport.signing.internal.Workshop.Plugin;
import org.sallyport.signing.internal.format.Envelope;
import org.sallyport.signing.internal.format.SignatureException;

/** {@code -Dfuzz.envelopes=10000} for the long form; {@code -Dfuzz.seed} for another course. */
@DisplayName("An envelope with changed bytes")
class EnvelopeFuzzTest {
    private static final Author ANN = Author.create();
    private static final Author MALLORY = Author.create();
    private static final Plugin PLUGIN = Plugin.of("p", "1.0.0");
    private static final Plugin OTHER = Plugin.of("p", "2.0.0");
    private static final byte[] GOOD = ANN.sign(PLUGIN.statement(ANN));
    private static final String BITS = "{}[]\",:\\0aZ=-_+/ \u0000\u00ff";

    @TempDir
    private Path keys;

    private final Random random = new Random(Long.getLong("fuzz.seed", 20_261_128));

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    @DisplayName("is refused in words, or says and proves what it did before")
    void mutated() throws Exception {
        SigningComponent signing = new Workshop(keys).trusts("ann", ANN).signing;
        Envelope good = Envelope.read(GOOD);
        int runs = Integer.getInteger("fuzz.envelopes", 2_000);
        int passed = 0;
        for (int i = 0; i < runs; i++) {
            byte[] mutant = i % 2 == 0 ? bytes() : structure(good);
            String what = "run " + i + ": " + new String(mutant, StandardCharsets.UTF_8);
            try {
                signing.look(PLUGIN, List.of(mutant));
            } catch (SignatureException e) {
                assertThat(e.getMessage()).as(what).isNotBlank();
                continue;
            }
            Envelope read = Envelope.read(mutant);
            assertThat(read.type()).as(what).isEqualTo(good.type());
            assertThat(read.payload()).as(what).isEqualTo(good.payload());
            assertThat(read.signatures())
                    .as(what)
                    .anyMatch(one ->
                            Arrays.equals(one.bytes(), good.signatures().get(0).bytes()));
            passed++;
        }
        // A changed blank does no harm, but most of what was changed has to matter.
        assertThat(passed).isLessThan(runs / 4);
    }

    private byte[] bytes() {
        StringBuilder text = new StringBuilder(new String(GOOD, StandardCharsets.UTF_8));
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            int at = random.nextInt(text.length());
            char c = BITS.charAt(random.nextInt(BITS.length()));
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, c);
                case 1 -> text.insert(at, c);
                case 2 -> text.deleteCharAt(at);
                case 3 -> text.setLength(Math.max(1, at));
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 1 + random.nextInt(60))));
            }
        }
        return text.toString().getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    /** A whole envelope whose parts do not belong together. */
    private byte[] structure(Envelope good) {
        byte[] payload = good.payload().clone();
        String type = good.type();
        List<Envelope.Signed> signatures = new ArrayList<>(good.signatures());
        byte[] signature = signatures.get(0).bytes().clone();
        switch (random.nextInt(8)) {
            case 0 -> payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> signature[random.nextInt(signature.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> payload = OTHER.statement(ANN).write();
            case 3 -> type += random.nextInt(10);
            case 4 -> signature = Arrays.copyOf(signature, random.nextInt(130));
            case 5 -> signature = MALLORY.over(payload).bytes();
            case 6 -> payload = Arrays.copyOf(payload, random.nextInt(payload.length));
            default -> {
                payload = PLUGIN.statement(MALLORY).write();
                signature = MALLORY.over(payload).bytes();
            }
        }
        signatures.set(
                0,
                new Envelope.Signed(
                        random.nextInt(5) == 0 ? MALLORY.key().id() : ANN.key().id(), signature));
        for (int more = random.nextInt(3); more > 0; more--) {
            byte[] noise = new byte[64];
            random.nextBytes(noise);
            signatures.add(random.nextInt(2), new Envelope.Signed(ANN.key().id(), noise));
        }
        return new Envelope(type, payload, signatures).write().getBytes(StandardCharsets.UTF_8);
    }
}
