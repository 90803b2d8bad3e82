package org.sallyport.gogo.internal;

import java.util.Collection;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.ArgumentParser;
import org.sallyport.spi.admin.Rendering;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One verb as a function of the shell. Records come out as they are, so that pipes and scripts can work with them; texts
 * come out without what could act on a terminal, because the shell prints texts as they are. Thread-safe.
 */
final class VerbFunction implements Function {
    private static final Logger log = LoggerFactory.getLogger(VerbFunction.class);

    private final String command;
    private final AdminVerb verb;

    VerbFunction(String command, AdminVerb verb) {
        this.command = command;
        this.verb = verb;
    }

    @Override
    public @Nullable Object execute(CommandSession session, List<Object> arguments) throws CommandFailedException {
        List<String> words = arguments.stream().map(String::valueOf).toList();
        if (ArgumentParser.asksForHelp(words)) {
            return Rendering.text(ArgumentParser.help(command, verb));
        }
        try {
            return clean(verb.run(ArgumentParser.parse(command, verb, words, session.currentDir())));
        } catch (Exception | LinkageError | StackOverflowError e) {
            log.debug("Command [{}] failed", command, e);
            throw new CommandFailedException(Rendering.failure(e), e);
        }
    }

    private static @Nullable Object clean(@Nullable Object answer) {
        if (answer instanceof CharSequence text) {
            return Rendering.clean(text.toString(), true);
        } else if (answer instanceof Collection<?> all && all.stream().allMatch(CharSequence.class::isInstance)) {
            return all.stream()
                    .map(text -> Rendering.clean(String.valueOf(text), false))
                    .toList();
        }
        return answer;
    }
}
