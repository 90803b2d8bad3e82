package org.sallyport.launcher.internal.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which methods are guarded in one release of Java. Immutable.
 *
 * <p>Each line of the file is one rule: {@code RELEASES CLASS METHOD DESCRIPTOR ACT WHOSE ARGUMENTS}. RELEASES is {@code *} or some
 * of {@link #RELEASES} with commas between. ARGUMENTS are indices or {@code this}, with commas between; {@code =} before the first
 * one has it replaced; {@code -} is none. {@code init CLASS} has a class ready before the guard is armed, as a denial in its
 * initialiser would make it unusable for all.
 */
final class RuleTable {
    /** The releases that have a table. The guard is not armed on another. */
    static final List<Integer> RELEASES = List.of(17, 21, 25);

    private static final String FILE = "/META-INF/sallyport/guard.rules";

    private final int release;
    private final List<Rule> rules;
    private final Set<String> ready;

    private RuleTable(int release, List<Rule> rules, Set<String> ready) {
        this.release = release;
        this.rules = List.copyOf(rules);
        this.ready = ready;
    }

    /**
     * The table of a release.
     *
     * @throws IOException if there is none, or it cannot be read
     */
    static RuleTable of(int release) throws IOException {
        if (!RELEASES.contains(release)) {
            throw new IOException("the guard has no rules for Java [" + release + "]; run it on one of " + RELEASES);
        }
        try (InputStream in = RuleTable.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException("resource [" + FILE + "] is missing from the launcher's jar; build it anew");
            }
            return parse(
                    release,
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                            .lines()
                            .toList());
        }
    }

    static RuleTable parse(int release, List<String> lines) throws IOException {
        List<Rule> rules = new ArrayList<>();
        Set<String> ready = new LinkedHashSet<>();
        int number = 0;
        for (String line : lines) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.strip().split(" +");
            if (words.length == 2 && words[0].equals("init")) {
                ready.add(words[1]);
            } else if (words.length != 7) {
                throw new IOException(
                        "line [" + number + "] of the guard's rules has [" + words.length + "] words instead of 7");
            } else if (holds(words[0], release)) {
                try {
                    rules.add(rule(rules.size(), words));
                } catch (IllegalArgumentException e) {
                    throw new IOException("line [" + number + "] of the guard's rules is wrong: " + e.getMessage(), e);
                }
            }
        }
        return new RuleTable(release, rules, ready);
    }

    private static boolean holds(String releases, int release) {
        return releases.equals("*") || List.of(releases.split(",")).contains(Integer.toString(release));
    }

    private static Rule rule(int number, String[] words) {
        List<Integer> arguments = new ArrayList<>();
        boolean replaces = words[6].startsWith("=");
        if (!words[6].equals("-")) {
            for (String argument : (replaces ? words[6].substring(1) : words[6]).split(",")) {
                arguments.add(argument.equals("this") ? Rule.THIS : Integer.parseInt(argument));
            }
        }
        Acts.named(words[4]);
        return new Rule(
                number,
                words[1],
                words[2],
                words[3],
                words[4],
                arguments,
                replaces,
                Rule.Whose.valueOf(words[5].toUpperCase(java.util.Locale.ROOT)));
    }

    List<Rule> rules() {
        return rules;
    }

    /** The rules of each class, by its internal name, in their order. */
    Map<String, List<Rule>> byClass() {
        Map<String, List<Rule>> classes = new LinkedHashMap<>();
        rules.forEach(rule ->
                classes.computeIfAbsent(rule.owner(), name -> new ArrayList<>()).add(rule));
        return classes;
    }

    /** Names of classes to initialise before arming. */
    Set<String> ready() {
        return ready;
    }

    @Override
    public String toString() {
        return release + ": " + rules.size() + " rules in " + byClass().size() + " classes";
    }
}
