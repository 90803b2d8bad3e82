package org.sallyport.launcher;

import java.util.Arrays;
import java.util.Set;
import org.sallyport.launcher.internal.ClassArchiveCommand;
import org.sallyport.launcher.internal.RunCommand;
import org.sallyport.launcher.internal.StdioCommand;
import org.sallyport.launcher.internal.VerbCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line: {@code run} (also without a word), {@code stdio}, {@code class-archive}, and every verb of administration as
 * {@code SCOPE VERB}, for example {@code policy test FILE}.
 *
 * <p>Exit codes: 0 done; 1 the verb failed; 2 the words are off; 3 Sallyport could not be started; and of verbs that change
 * plugins 4 there is no such plugin, version or operation; 5 it was refused, so nothing was changed: by a gate, or because
 * others use the plugin; 6 the plugin did not come into service, or waits for consent. With {@code --json} a failure is an object with {@code code} and {@code message} on the error output.
 */
@Command(
        name = "sallyport",
        description = "A policy gateway for MCP whose plugins come and go while it runs.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        subcommands = {RunCommand.class, StdioCommand.class, ClassArchiveCommand.class},
        footer = {
            "",
            "Verbs of administration, each with --help:",
            "  policy eval | test | chain    config check | show | import    plugin list | info | why | …",
            "  key create | list | trust | revoke | export    audit list | verify | checkpoint    token create",
            "  permission list | grant | revoke | why | …",
            "They take --home DIR, --config FILE and --dev like run, and --json for output that programs read."
        })
public final class Main {
    private static final Set<String> COMMANDS = Set.of("run", "stdio", "class-archive");

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command; what a test calls. */
    static int execute(String... args) {
        if (args.length >= 1 && !args[0].startsWith("-") && !COMMANDS.contains(args[0])) {
            return VerbCommand.execute(Arrays.asList(args));
        }
        boolean bare = args.length == 0 || args[0].startsWith("-") && !isHelp(args[0]);
        String[] words = bare ? prepend("run", args) : args;
        return new CommandLine(new Main()).execute(words);
    }

    private static boolean isHelp(String word) {
        return Set.of("-h", "--help", "-V", "--version").contains(word);
    }

    private static String[] prepend(String first, String[] rest) {
        String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
