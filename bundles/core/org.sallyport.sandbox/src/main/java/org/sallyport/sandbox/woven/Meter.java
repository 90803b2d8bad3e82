package org.sallyport.sandbox.woven;

import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Formatter;
import java.util.Locale;
import java.util.Spliterator;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What woven code calls. A copy of this class is put into each confined plugin's archive, so that it is loaded with the plugin's
 * classes and named by them without a wire; the verifier refuses plugins that name it themselves. The host's side sets the fields,
 * which have types of Java alone. Until it did, nothing of the plugin runs.
 *
 * <p>Uses nothing but Java, no lambda and no class beside those of this package. Static methods take the receiver first.
 */
public final class Meter {
    /** Arrays of less than that many bytes are not counted one by one. */
    public static final long SMALL = 64 << 10;

    /** Most digits that a number may be written out to. */
    static final int MAX_DIGITS = 100_000;

    /** Whether a call of this or of another plugin is over its budget: then each thread looks whether it is its own. */
    public static volatile boolean stop;

    /** Throws if the thread's call is over its budget. */
    public static @Nullable Runnable onStop;

    /** Enters the plugin: gives null if the thread works for it already. */
    public static @Nullable Supplier<Object> onEnter;

    /** Leaves it for the host. */
    public static @Nullable Supplier<Object> onLeave;

    /** Ends what one of the two began. */
    public static @Nullable Consumer<Object> onExit;

    /** The same for one that threw: gives what is to be thrown instead. */
    public static @Nullable BiFunction<Object, Throwable, Throwable> onFailed;

    /** Counts bytes, and throws if they are too many. */
    public static @Nullable LongConsumer onBytes;

    private Meter() {}

    public static void poll() {
        if (stop) {
            overdue();
        }
    }

    private static void overdue() {
        Runnable act = onStop;
        if (act != null) {
            act.run();
        }
    }

    public static @Nullable Object enter() {
        Supplier<Object> act = onEnter;
        if (act == null) {
            throw unarmed();
        }
        return act.get();
    }

    public static Object leave() {
        Supplier<Object> act = onLeave;
        if (act == null) {
            throw unarmed();
        }
        return act.get();
    }

    public static void exit(@Nullable Object token) {
        Consumer<Object> act = onExit;
        if (token != null && act != null) {
            act.accept(token);
        }
    }

    /** Ends what threw, and gives what to throw: whatever a call makes of its end, others see that it was ended. */
    public static Throwable failed(Throwable thrown, @Nullable Object token) {
        BiFunction<Object, Throwable, Throwable> act = onFailed;
        return token == null || act == null ? thrown : act.apply(token, thrown);
    }

    private static IllegalStateException unarmed() {
        return new IllegalStateException("The confined tier does not hold this plugin, so none of its code runs");
    }

    private static void bytes(long bytes) {
        if (bytes >= SMALL) {
            LongConsumer act = onBytes;
            if (act == null) {
                throw unarmed();
            }
            act.accept(bytes);
        }
    }

    /** Before an array is made. */
    public static int array(int length, int size) {
        bytes((long) length * size);
        return length;
    }

    /** Before an array of several dimensions is made: all but the last are arrays of references. */
    public static long product(long before, int length) {
        long most = Long.MAX_VALUE / 16;
        return length <= 0 || before <= 0 ? 0 : before > most / length ? most : before * length;
    }

    public static void arrays(long elements) {
        bytes(product(elements, 8));
    }

    /** Before something that takes that many elements is made or grown. */
    public static int capacity(int elements) {
        bytes(elements * 8L);
        return elements;
    }

    // ---- What takes the place of members of Java: same name, receiver first.

    public static String repeat(String text, int times) {
        bytes((long) text.length() * Math.max(0, times));
        return text.repeat(times);
    }

    public static BigInteger pow(BigInteger base, int exponent) {
        bytes((long) base.bitLength() * Math.max(0, exponent) / 8);
        return base.pow(exponent);
    }

    public static BigInteger shiftLeft(BigInteger value, int bits) {
        bytes(((long) value.bitLength() + bits) / 8);
        return value.shiftLeft(bits);
    }

    public static BigDecimal pow(BigDecimal base, int exponent) {
        bytes((long) base.precision() * Math.max(0, exponent) / 2);
        return base.pow(exponent);
    }

    public static BigInteger toBigInteger(BigDecimal value) {
        written(value);
        return value.toBigInteger();
    }

    public static String toPlainString(BigDecimal value) {
        written(value);
        return value.toPlainString();
    }

    private static void written(BigDecimal value) {
        bytes(Math.abs((long) value.scale()) > MAX_DIGITS ? Math.abs((long) value.scale()) * 16 : 0);
    }

    public static BigDecimal setScale(BigDecimal value, int scale) {
        grown(value, scale);
        return value.setScale(scale);
    }

    public static BigDecimal setScale(BigDecimal value, int scale, java.math.RoundingMode mode) {
        grown(value, scale);
        return value.setScale(scale, mode);
    }

    private static void grown(BigDecimal value, int scale) {
        bytes((long) scale - value.scale() > MAX_DIGITS ? ((long) scale - value.scale()) * 16 : 0);
    }

    public static String format(String format, Object... arguments) {
        return String.format(widths(format), arguments);
    }

    public static String format(Locale locale, String format, Object... arguments) {
        return String.format(locale, widths(format), arguments);
    }

    public static String formatted(String format, Object... arguments) {
        return widths(format).formatted(arguments);
    }

    public static Formatter format(Formatter formatter, String format, Object... arguments) {
        return formatter.format(widths(format), arguments);
    }

    public static Formatter format(Formatter formatter, Locale locale, String format, Object... arguments) {
        return formatter.format(locale, widths(format), arguments);
    }

    /** Counts what the widths in a format ask for. */
    private static String widths(String format) {
        long number = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            number = c >= '0' && c <= '9' ? Math.min(number * 10 + (c - '0'), Integer.MAX_VALUE) : 0;
            bytes(number);
        }
        return format;
    }

    /** Runs on the calling thread alone, whatever is asked for. */
    public static <T> Stream<T> stream(Spliterator<T> elements, boolean parallel) {
        return StreamSupport.stream(elements, false);
    }

    /** Only the calling thread: others may be the host's. */
    public static void interrupt(Thread thread) {
        if (thread == Thread.currentThread()) {
            thread.interrupt();
        }
    }

    /** Only the plugin's own. */
    public static @Nullable InputStream getResourceAsStream(Class<?> type, String name) {
        return type.getClassLoader() == Meter.class.getClassLoader() ? type.getResourceAsStream(name) : null;
    }

    // ---- Matching: the machine reads its text through us, and so it can be stopped.

    private static CharSequence polled(CharSequence text) {
        return text instanceof Polled ? text : new Polled(text);
    }

    public static Matcher matcher(Pattern pattern, CharSequence text) {
        return pattern.matcher(polled(text));
    }

    public static Matcher reset(Matcher matcher, CharSequence text) {
        return matcher.reset(polled(text));
    }

    public static boolean matches(String expression, CharSequence text) {
        return Pattern.matches(expression, polled(text));
    }

    public static String[] split(Pattern pattern, CharSequence text) {
        return pattern.split(polled(text));
    }

    public static String[] split(Pattern pattern, CharSequence text, int limit) {
        return pattern.split(polled(text), limit);
    }

    public static Stream<String> splitAsStream(Pattern pattern, CharSequence text) {
        return pattern.splitAsStream(polled(text));
    }

    public static boolean matches(String text, String expression) {
        return Pattern.matches(expression, polled(text));
    }

    public static String replaceAll(String text, String expression, String with) {
        return Pattern.compile(expression).matcher(polled(text)).replaceAll(with);
    }

    public static String replaceFirst(String text, String expression, String with) {
        return Pattern.compile(expression).matcher(polled(text)).replaceFirst(with);
    }

    public static String[] split(String text, String expression) {
        return split(text, expression, 0);
    }

    public static String[] split(String text, String expression, int limit) {
        // One plain character is what most ask for, and nothing to go wrong with.
        if (expression.length() == 1 && ".$|()[{^?*+\\".indexOf(expression.charAt(0)) < 0) {
            return text.split(expression, limit);
        }
        return Pattern.compile(expression).split(polled(text), limit);
    }
}
