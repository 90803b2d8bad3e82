package org.sallyport.policy.internal;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes ids of 26 characters that sort by time, like ULIDs: 10 characters of milliseconds, 10 drawn at random for this
 * process, 6 of a counter. Base 32 without I, L, O and U.
 */
final class ExchangeIds {
    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

    private final long process = new SecureRandom().nextLong();
    private final AtomicLong counter = new AtomicLong();

    String next() {
        char[] id = new char[26];
        write(id, 0, 10, System.currentTimeMillis());
        write(id, 10, 10, process);
        write(id, 20, 6, counter.getAndIncrement());
        return new String(id);
    }

    private static void write(char[] id, int from, int length, long value) {
        long rest = value;
        for (int i = from + length - 1; i >= from; i--) {
            id[i] = DIGITS[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
