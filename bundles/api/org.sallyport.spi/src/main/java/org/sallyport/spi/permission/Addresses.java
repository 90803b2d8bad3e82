package org.sallyport.spi.permission;

import org.jspecify.annotations.Nullable;

/** Internet addresses as they are written. Nothing is looked up. */
final class Addresses {
    private Addresses() {}

    /** 4 or 16 bytes; null if it is none. What stands for IPv4 in the form of IPv6 is IPv4. */
    static byte @Nullable [] parse(String text) {
        return text.indexOf(':') >= 0 ? v6(text) : v4(text);
    }

    /**
     * Whether a name could be taken for an address though {@link #parse} knows none: its last label is a number, as in
     * {@code 127.1} or {@code 0x7f000001}.
     */
    static boolean looksLikeOne(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return last.isEmpty()
                || last.chars().allMatch(c -> c >= '0' && c <= '9')
                || last.length() > 1 && last.charAt(0) == '0' && (last.charAt(1) == 'x' || last.charAt(1) == 'X');
    }

    private static byte @Nullable [] v4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] address = new byte[4];
        if (parts.length != 4) {
            return null;
        }
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            if (part.isEmpty()
                    || part.length() > 3
                    || part.length() > 1 && part.charAt(0) == '0'
                    || !part.chars().allMatch(c -> c >= '0' && c <= '9')
                    || Integer.parseInt(part) > 255) {
                return null;
            }
            address[i] = (byte) Integer.parseInt(part);
        }
        return address;
    }

    private static byte @Nullable [] v6(String text) {
        int gap = text.indexOf("::");
        if (gap != text.lastIndexOf("::") || text.contains(":::")) {
            return null;
        }
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap));
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2));
        if (head == null || tail == null || (gap < 0 ? head.length != 16 : head.length + tail.length > 14)) {
            return null;
        }
        byte[] address = new byte[16];
        System.arraycopy(head, 0, address, 0, head.length);
        System.arraycopy(tail, 0, address, 16 - tail.length, tail.length);
        return isMapped(address) ? java.util.Arrays.copyOfRange(address, 12, 16) : address;
    }

    private static byte @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        byte[] bytes = new byte[16];
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            byte[] last = i == parts.length - 1 && parts[i].indexOf('.') >= 0 ? v4(parts[i]) : null;
            if (last != null && at <= 12) {
                System.arraycopy(last, 0, bytes, at, 4);
                at += 4;
            } else if (at <= 14 && parts[i].matches("[0-9a-fA-F]{1,4}")) {
                int group = Integer.parseInt(parts[i], 16);
                bytes[at++] = (byte) (group >> 8);
                bytes[at++] = (byte) group;
            } else {
                return null;
            }
        }
        return java.util.Arrays.copyOf(bytes, at);
    }

    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == -1 && address[11] == -1;
    }

    /** Whether an address leads to this machine, the networks near it, or to no single place. */
    static boolean isPrivate(byte[] a) {
        int first = a[0] & 0xff;
        int second = a[1] & 0xff;
        if (a.length == 4) {
            return first == 0
                    || first == 10
                    || first == 127
                    || first >= 224
                    || first == 100 && (second & 0xc0) == 64
                    || first == 169 && second == 254
                    || first == 172 && (second & 0xf0) == 16
                    || first == 192 && (second == 168 || second == 0 && a[2] == 0)
                    || first == 198 && (second & 0xfe) == 18;
        }
        if (first == 0x20 && second == 0x02) {
            return isPrivate(java.util.Arrays.copyOfRange(a, 2, 6));
        } else if (first == 0 && second == 0x64 && (a[2] & 0xff) == 0xff && (a[3] & 0xff) == 0x9b) {
            return isPrivate(java.util.Arrays.copyOfRange(a, 12, 16));
        }
        return first == 0xff
                || (first & 0xfe) == 0xfc
                || first == 0xfe && (second & 0x80) == 0x80
                // The unspecified address, the loopback, and what stood for IPv4 in older days.
                || hasZeros(a, 12);
    }

    private static boolean hasZeros(byte[] address, int many) {
        for (int i = 0; i < many; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether two addresses are the same in their first bits. */
    static boolean agree(byte[] one, byte[] other, int bits) {
        if (one.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((one[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }
}
