package org.sallyport.spi.admin;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Parameter.Kind;

/**
 * Makes the {@link Arguments} of a verb out of words that were typed, the same for shell and command line.
 *
 * <p>An option is {@code --name VALUE} or {@code --name=VALUE}, a flag {@code --name}; they may stand anywhere. After
 * {@code --} everything is positional. Errors: {@link PluginException} with the code {@value #USAGE}, whose message ends
 * with the usage.
 */
public final class ArgumentParser {
    /** The code of the exceptions. */
    public static final String USAGE = "usage";

    /** Most words. */
    public static final int MAX_WORDS = 1_000;

    private final String command;
    private final AdminVerb verb;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<Parameter> positional;

    private ArgumentParser(String command, AdminVerb verb) {
        this.command = command;
        this.verb = verb;
        positional = new ArrayList<>(
                verb.parameters().stream().filter(at -> !at.option()).toList());
    }

    /** Whether the words ask for help rather than for work: {@code --help} or {@code -h} before any {@code --}. */
    public static boolean asksForHelp(List<String> words) {
        for (String word : words) {
            if (word.equals("--help") || word.equals("-h")) {
                return true;
            } else if (word.equals("--")) {
                return false;
            }
        }
        return false;
    }

    /**
     * Parses the words after the command.
     *
     * @param command how the verb was called, such as {@code plugin:list}, for messages
     * @param folder the folder that relative files are relative to
     */
    public static Arguments parse(String command, AdminVerb verb, List<String> words, Path folder) {
        ArgumentParser parser = new ArgumentParser(command, verb);
        parser.read(words);
        return new Arguments(parser.values, folder);
    }

    /** One line, such as {@code plugin:install FILE [--force]}. */
    public static String usage(String command, AdminVerb verb) {
        StringBuilder usage = new StringBuilder(command);
        for (Parameter parameter : verb.parameters()) {
            String form = form(parameter);
            usage.append(' ').append(parameter.required() ? form : "[" + form + "]");
        }
        return usage.toString();
    }

    /** What the verb does, its usage, and a line for each parameter. */
    public static String help(String command, AdminVerb verb) {
        int width = verb.parameters().stream()
                .mapToInt(parameter -> form(parameter).length())
                .max()
                .orElse(0);
        StringBuilder help =
                new StringBuilder(verb.summary()).append("\nUsage: ").append(usage(command, verb));
        for (Parameter parameter : verb.parameters()) {
            String form = form(parameter);
            help.append("\n  ")
                    .append(form)
                    .append(" ".repeat(width - form.length() + 2))
                    .append(parameter.description());
        }
        return help.toString();
    }

    private static String form(Parameter parameter) {
        String value = parameter.name().toUpperCase(Locale.ROOT);
        if (!parameter.option()) {
            return parameter.kind() == Kind.WORDS ? value + "…" : value;
        }
        String kind = parameter.kind() == Kind.TEXT ? "VALUE" : parameter.kind().name();
        return "--" + parameter.name() + (parameter.kind() == Kind.FLAG ? "" : " " + kind);
    }

    private void read(List<String> words) {
        if (words.size() > MAX_WORDS) {
            throw wrong("There are [" + words.size() + "] words, more than the limit of [" + MAX_WORDS + "]");
        }
        boolean optionsEnded = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (optionsEnded || !isOption(word)) {
                positional(word);
            } else if (word.equals("--")) {
                optionsEnded = true;
            } else {
                i += option(word, i + 1 < words.size() ? words.subList(i + 1, i + 2) : List.of());
            }
        }
        for (Parameter parameter : verb.parameters()) {
            if (parameter.required() && !values.containsKey(parameter.name())) {
                throw wrong("[" + form(parameter) + "] is missing");
            }
        }
    }

    /** A dash alone is a usual name for standard input, and a negative number is no option. */
    private static boolean isOption(String word) {
        return word.length() > 1 && word.charAt(0) == '-' && !(word.charAt(1) >= '0' && word.charAt(1) <= '9');
    }

    private void positional(String word) {
        if (positional.isEmpty()) {
            throw wrong("There is no place for [" + word + "]");
        }
        Parameter parameter = positional.get(0);
        if (parameter.kind() == Kind.WORDS) {
            if (word.isEmpty() || word.contains(Arguments.SEPARATOR)) {
                throw wrong("[" + form(parameter) + "] takes texts of one line");
            }
            values.merge(parameter.name(), word, (before, next) -> before + Arguments.SEPARATOR + next);
        } else {
            put(positional.remove(0), word);
        }
    }

    /** Reads an option; returns how many of the words after it belong to it. */
    private int option(String word, List<String> following) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Parameter parameter = verb.parameters().stream()
                .filter(at -> at.option() && name.equals("--" + at.name()))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        if (values.containsKey(parameter.name())) {
            throw wrong("Option [" + name + "] is given twice");
        } else if (parameter.kind() == Kind.FLAG) {
            if (equals >= 0) {
                throw wrong("Option [" + name + "] takes no value");
            }
            put(parameter, "true");
            return 0;
        } else if (equals >= 0) {
            put(parameter, word.substring(equals + 1));
            return 0;
        } else if (following.isEmpty() || isOption(following.get(0))) {
            throw wrong("Option [" + name + "] needs a value; one that begins with a dash is given as [" + name
                    + "=VALUE]");
        }
        put(parameter, following.get(0));
        return 1;
    }

    private void put(Parameter parameter, String word) {
        if (parameter.kind() == Kind.NUMBER) {
            try {
                Long.parseLong(word);
            } catch (NumberFormatException e) {
                throw wrong("[" + form(parameter) + "] has to be a whole number, and [" + word + "] is none");
            }
        } else if (parameter.kind() == Kind.FILE) {
            checkFile(parameter, word);
        }
        values.put(parameter.name(), word);
    }

    private void checkFile(Parameter parameter, String word) {
        try {
            if (!word.isEmpty() && Path.of(word).getFileName() != null) {
                return;
            }
        } catch (InvalidPathException e) {
            // Refused below, like any other name that cannot be a file's.
        }
        throw wrong("[" + form(parameter) + "] has to be a file, and [" + word + "] cannot be one");
    }

    private PluginException unknown(String name) {
        List<String> options = verb.parameters().stream()
                .filter(Parameter::option)
                .map(at -> "--" + at.name())
                .toList();
        return wrong("Option [" + name + "] is unknown"
                + (options.isEmpty() ? "; there are no options" : "; the options are " + options));
    }

    private PluginException wrong(String message) {
        return new PluginException(USAGE, message + ". Usage: " + usage(command, verb));
    }
}
