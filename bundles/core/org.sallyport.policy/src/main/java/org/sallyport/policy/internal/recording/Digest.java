package org.sallyport.policy.internal.recording;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stands for a text that must not be written down. */
final class Digest {
    private static final int BYTES = 8;

    private Digest() {}

    /** The first 16 hexadecimal digits of the text's SHA-256; empty for an empty text. */
    static String of(String text) {
        if (text.isEmpty()) {
            return "";
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Each Java has SHA-256", e);
        }
    }
}
