package org.sallyport.plugin.secrets.internal;

import dk.brics.automaton.AutomatonMatcher;
import dk.brics.automaton.RegExp;
import dk.brics.automaton.RunAutomaton;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.plugin.scan.Hits;

/**
 * Holds the scanner for secrets against libraries that match regular expressions, on texts that messages are made of and on
 * texts made to be slow. Prints CSV: text, size, matcher, megabytes (10^6 characters) a second, hits.
 *
 * <pre>{@code mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=org.sallyport.plugin.secrets.internal.MatchingBenchmark}</pre>
 *
 * <p>It is no test: its figures depend on the machine. Compare within one run.
 */
public final class MatchingBenchmark {
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 150_000_000L;
    private static final long GIVE_UP_NANOS = 3_000_000_000L;

    /** The seven types that are on by default, as one expression that all libraries read alike. */
    private static final String EXPRESSION = "AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_\\-]{35}|gh[pousr]_[0-9A-Za-z]{36}"
            + "|eyJ[0-9A-Za-z_\\-]{8,}\\.eyJ[0-9A-Za-z_\\-]{8,}\\.[0-9A-Za-z_\\-]{8,}|sk\\-[0-9A-Za-z]{48}"
            + "|xox[abprs]\\-[0-9A-Za-z\\-]{10,}|\\-\\-\\-\\-\\-BEGIN [A-Z ]*PRIVATE KEY\\-\\-\\-\\-\\-";

    private MatchingBenchmark() {}

    /** Measures all texts with all matchers. */
    public static void main(String[] args) {
        System.out.println("text,characters,matcher,megabytes_per_second,hits");
        for (int size : new int[] {1_000, 50_000, 1_000_000}) {
            texts(size)
                    .forEach((name, text) -> matchers()
                            .forEach((matcher, count) -> System.out.println(line(name, text, matcher, count))));
        }
    }

    private static String line(String name, String text, String matcher, ToIntFunction<String> count) {
        long began = System.nanoTime();
        int hits = count.applyAsInt(text);
        if (System.nanoTime() - began > GIVE_UP_NANOS) {
            return String.format(
                    Locale.ROOT,
                    "%s,%d,%s,%.3f,%d",
                    name,
                    text.length(),
                    matcher,
                    1e3 * text.length() / (System.nanoTime() - began),
                    hits);
        }
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long calls = 0;
            long start = System.nanoTime();
            while (System.nanoTime() - start < ROUND_NANOS) {
                hits = count.applyAsInt(text);
                calls++;
            }
            best = Math.max(best, 1e3 * calls * text.length() / (System.nanoTime() - start));
        }
        return String.format(Locale.ROOT, "%s,%d,%s,%.1f,%d", name, text.length(), matcher, best, hits);
    }

    private static Map<String, ToIntFunction<String>> matchers() {
        Map<String, ToIntFunction<String>> matchers = new LinkedHashMap<>();
        SecretDetector own = new SecretDetector(EnumSet.complementOf(EnumSet.of(SecretType.PRIVATE_KEYS)), null);
        matchers.put("own", text -> {
            Hits hits = new Hits();
            own.scan(text, 0, text.length(), "", false, hits);
            return hits.size();
        });
        Pattern jdk = Pattern.compile(EXPRESSION);
        matchers.put("java.util.regex", text -> {
            Matcher matcher = jdk.matcher(text);
            int hits = 0;
            while (matcher.find()) {
                hits++;
            }
            return hits;
        });
        com.google.re2j.Pattern re2 = com.google.re2j.Pattern.compile(EXPRESSION);
        matchers.put("re2j", text -> {
            com.google.re2j.Matcher matcher = re2.matcher(text);
            int hits = 0;
            while (matcher.find()) {
                hits++;
            }
            return hits;
        });
        RunAutomaton automaton = new RunAutomaton(new RegExp(EXPRESSION, RegExp.NONE).toAutomaton());
        matchers.put("dk.brics.automaton", text -> {
            AutomatonMatcher matcher = automaton.newMatcher(text);
            int hits = 0;
            while (matcher.find()) {
                hits++;
            }
            return hits;
        });
        return matchers;
    }

    private static Map<String, String> texts(int size) {
        Map<String, String> texts = new LinkedHashMap<>();
        String key = "AKIA" + "ABCDEFGHIJ234567";
        texts.put("prose", fill("The tide was out, and the boats lay on their sides in the mud. Nobody spoke. ", size));
        texts.put(
                "json", fill("{\"id\": 4711, \"name\": \"Ada\", \"tags\": [\"a-b\", \"c_d\"], \"ok\": true},\n", size));
        texts.put(
                "source", fill("    if (value != null && list_of_names.size() > MAX_SIZE - 1) { return A; }\n", size));
        texts.put("one key in prose", fill("nothing to see here, move on please; ", size - key.length()) + key);
        Random random = new Random(1);
        StringBuilder base64 = new StringBuilder();
        String symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        while (base64.length() < size) {
            base64.append(symbols.charAt(random.nextInt(64)));
        }
        texts.put("base64", base64.toString());
        texts.put("dashes", fill("-", size));
        texts.put("eyJ", fill("eyJ", size));
        texts.put("begin", fill("-----BEGIN ", size));
        return texts;
    }

    private static String fill(String piece, int size) {
        return piece.repeat(size / piece.length() + 1).substring(0, size);
    }
}
