package org.sallyport.hooks.internal;

/** The form of a hook's name: 1 to {@value #MAX_LENGTH} letters, digits, dots, dashes, underscores, slashes or colons. */
final class HookName {
    /** Most characters of a name. */
    static final int MAX_LENGTH = 128;

    private HookName() {}

    static boolean isValid(String name) {
        return !name.isEmpty() && name.length() <= MAX_LENGTH && name.chars().allMatch(HookName::isAllowed);
    }

    private static boolean isAllowed(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "._-/:".indexOf(c) >= 0;
    }
}
