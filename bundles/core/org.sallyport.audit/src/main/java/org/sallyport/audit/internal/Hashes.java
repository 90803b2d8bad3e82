package org.sallyport.audit.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of lines. */
final class Hashes {
    /** What the first line of all names as its predecessor. */
    static final String NONE = "0".repeat(64);

    private Hashes() {}

    /** The hash of a line without its line feed, hexadecimal. */
    static String of(byte[] text, int start, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(text, start, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
