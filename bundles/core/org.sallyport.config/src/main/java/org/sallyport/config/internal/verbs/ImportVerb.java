package org.sallyport.config.internal.verbs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.config.internal.imports.ClientImport;
import org.sallyport.config.internal.imports.GatekitImport;
import org.sallyport.config.internal.imports.Imported;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.Configuration.Problem;

/** Makes a configuration file of another product's. */
public final class ImportVerb implements AdminVerb {
    private final Configuration configuration;

    /** @param configuration checks what was made */
    public ImportVerb(Configuration configuration) {
        this.configuration = configuration;
    }

    @Override
    public String scope() {
        return "config";
    }

    @Override
    public String name() {
        return "import";
    }

    @Override
    public String summary() {
        return "make a configuration of Gatekit's YAML or of an MCP client's list of servers";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.argument("kind", Parameter.Kind.TEXT, "gatekit or mcp"),
                Parameter.argument("file", Parameter.Kind.FILE, "the file to read"),
                Parameter.option("output", Parameter.Kind.TEXT, "the file to write; without it the text is shown"));
    }

    @Override
    public Role role() {
        return Role.OPERATOR;
    }

    @Override
    public String run(Arguments arguments) {
        String kind = arguments.required("kind");
        String name = arguments.required("file");
        if (!kind.equals("gatekit") && !kind.equals("mcp")) {
            throw new PluginException("invalid_argument", "[" + kind + "] cannot be imported; use [gatekit] or [mcp]");
        }
        String text = text(name, arguments.bytes("file", CheckVerb.MAX_BYTES));
        Imported imported = kind.equals("gatekit") ? GatekitImport.read(name, text) : ClientImport.read(name, text);
        String made = imported.text();
        StringBuilder problems = new StringBuilder();
        for (Problem problem : configuration.check("imported.json", made)) {
            problems.append("// To be mended: ")
                    .append(CheckVerb.line(Problem.of(problem.key(), problem.path(), problem.message())))
                    .append('\n');
        }
        String result = problems + made;
        if (arguments.text("output").isEmpty()) {
            return result;
        }
        Path output = arguments.file("output");
        write(output, result);
        return "Wrote [" + output + "] with [" + imported.entries().size() + "] entries and ["
                + imported.notes().size() + "] notes at its top"
                + (problems.isEmpty() ? "" : "; some of it has to be mended first");
    }

    private static void write(Path output, String text) {
        try {
            Files.writeString(output, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new PluginException(
                    "file_exists", "File [" + output + "] is there already; name another one or remove it first", e);
        } catch (IOException e) {
            throw new PluginException("unwritable_file", "File [" + output + "] could not be written: " + e, e);
        }
    }

    private static String text(String name, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new PluginException("invalid_configuration", "File [" + name + "] is not UTF-8", e);
        }
    }
}
