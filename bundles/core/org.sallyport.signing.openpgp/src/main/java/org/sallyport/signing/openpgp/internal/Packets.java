package org.sallyport.signing.openpgp.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.sallyport.spi.trust.Evidence;

/**
 * Takes the wrapping off and parts packets, within bounds, before a library looks at what is in them: lengths have to be said at once and
 * to fit, and nothing may lie behind the last one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9580#section-4.2">RFC 9580, 4.2 Packet Headers</a>
 */
final class Packets {
    static final int SIGNATURE = 2;
    static final int SECRET_KEY = 5;
    static final int PUBLIC_KEY = 6;
    static final int SECRET_SUBKEY = 7;
    static final int TRUST = 12;
    static final int USER_ID = 13;
    static final int PUBLIC_SUBKEY = 14;
    static final int USER_ATTRIBUTE = 17;

    private static final String ARMOR = "-----BEGIN PGP ";
    private static final int BINARY = 0x80;

    private Packets() {}

    /** One, with its header as it came. */
    record Packet(int tag, byte[] bytes) {}

    /**
     * The packets of a file.
     *
     * @param label what the armor has to say, such as {@code SIGNATURE}, if there is one
     * @param most packets
     * @throws IOException says what is wrong, as a part of a sentence
     */
    static List<Packet> of(byte[] file, String label, int most) throws IOException {
        byte[] bytes = bare(file, label);
        List<Packet> packets = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            if (packets.size() == most) {
                throw new IOException("it has more than [" + most + "] packets");
            }
            int end = end(bytes, at);
            int first = bytes[at] & 0xff;
            int tag = (first & 0x40) != 0 ? first & 0x3f : first >> 2 & 0x0f;
            packets.add(new Packet(tag, Arrays.copyOfRange(bytes, at, end)));
            at = end;
        }
        if (packets.isEmpty()) {
            throw new IOException("it is empty");
        }
        return packets;
    }

    /** What is in the armor, or the file itself. */
    private static byte[] bare(byte[] file, String label) throws IOException {
        if (file.length > Evidence.MAX_SIZE) {
            throw new IOException("it has more than [" + Evidence.MAX_SIZE + "] bytes");
        } else if (file.length > 0 && (file[0] & BINARY) != 0) {
            return file;
        }
        String begin = ARMOR + label + "-----";
        String text = new String(file, StandardCharsets.ISO_8859_1);
        if (!text.startsWith(begin)) {
            throw new IOException(
                    "it does not begin with [" + begin + "], and is no packet of OpenPGP without such lines either");
        } else if (text.indexOf(ARMOR, begin.length()) >= 0) {
            throw new IOException("it has more than one part that begins with [" + ARMOR.strip() + "]");
        }
        try (ArmoredInputStream in = ArmoredInputStream.builder().build(new ByteArrayInputStream(file))) {
            return in.readAllBytes();
        } catch (RuntimeException e) {
            throw new IOException("its armor is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("its armor is damaged: " + e.getMessage(), e);
        }
    }

    /** Where the packet ends that begins here. */
    private static int end(byte[] bytes, int at) throws IOException {
        int first = bytes[at] & 0xff;
        if ((first & BINARY) == 0) {
            throw new IOException("there is no packet at its byte [" + at + "]");
        }
        long length;
        int header;
        if ((first & 0x40) != 0) {
            int one = number(bytes, at + 1, 1);
            if (one < 192) {
                header = 2;
                length = one;
            } else if (one < 224) {
                header = 3;
                length = (one - 192 << 8) + number(bytes, at + 2, 1) + 192;
            } else if (one == 255) {
                header = 6;
                length = Integer.toUnsignedLong(number(bytes, at + 2, 4));
            } else {
                throw new IOException("a packet of it comes in pieces");
            }
        } else {
            int kind = first & 3;
            if (kind == 3) {
                throw new IOException("a packet of it has no length");
            }
            int size = 1 << kind;
            header = 1 + size;
            length = Integer.toUnsignedLong(number(bytes, at + 1, size));
        }
        if (length > bytes.length - (long) at - header) {
            throw new IOException("a packet of it is longer than it is");
        }
        return at + header + (int) length;
    }

    private static int number(byte[] bytes, int at, int size) throws IOException {
        if (at + size > bytes.length) {
            throw new IOException("it ends in the middle of a packet");
        }
        int number = 0;
        for (int i = 0; i < size; i++) {
            number = number << 8 | bytes[at + i] & 0xff;
        }
        return number;
    }
}
