package org.sallyport.config.internal.verbs;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.config.internal.EffectiveConfiguration;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.Configuration.Problem;

/** Says what is wrong with the configuration, or with a file before it becomes part of it. */
public final class CheckVerb implements AdminVerb {
    static final long MAX_BYTES = 4L << 20;

    private final Configuration configuration;
    private final EffectiveConfiguration effective;

    public CheckVerb(Configuration configuration, EffectiveConfiguration effective) {
        this.configuration = configuration;
        this.effective = effective;
    }

    @Override
    public String scope() {
        return "config";
    }

    @Override
    public String name() {
        return "check";
    }

    @Override
    public String summary() {
        return "check the configuration files, or one file before it is put among them";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter(
                "file", Parameter.Kind.FILE, false, false, "a file; without it the files that are configured"));
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public String run(Arguments arguments) {
        List<Problem> problems = arguments.text("file").isPresent() ? checked(arguments) : effective.checkFiles();
        if (!problems.isEmpty()) {
            throw new PluginException(
                    "invalid_configuration",
                    problems.stream().map(CheckVerb::line).collect(Collectors.joining("\n")));
        }
        return arguments
                .text("file")
                .map(file -> "Nothing is wrong with [" + file + "]")
                .orElse("Nothing is wrong with the configuration");
    }

    private List<Problem> checked(Arguments arguments) {
        byte[] bytes = arguments.bytes("file", MAX_BYTES);
        String name = effective.nameOf(arguments.file("file"));
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return configuration.check(name, text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            return List.of(new Problem(name, 0, 0, "", "", "The file is not UTF-8"));
        }
    }

    /** {@code file:line:column: key/path: message}, the form that editors jump to. */
    static String line(Problem problem) {
        StringBuilder line = new StringBuilder();
        if (!problem.file().isEmpty()) {
            line.append(problem.file()).append(':');
            if (problem.line() > 0) {
                line.append(problem.line()).append(':').append(problem.column()).append(':');
            }
            line.append(' ');
        }
        if (!problem.key().isEmpty()) {
            line.append(problem.key()).append(problem.path()).append(": ");
        }
        return line.append(problem.message().replace('\n', ' ')).toString();
    }
}
