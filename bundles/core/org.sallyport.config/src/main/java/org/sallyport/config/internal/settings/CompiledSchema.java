package org.sallyport.config.internal.settings;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.NearestName;

/**
 * A schema in the validator's form. Whatever a schema refers to has to be in it: nothing is fetched, neither from the
 * network nor from files nor from the class path. Thread-safe.
 */
final class CompiledSchema {
    /** Most findings of one check. */
    static final int MAX_FINDINGS = 100;

    private final Document text;
    private final Schema schema;

    private CompiledSchema(Document text, Schema schema) {
        this.text = text;
        this.schema = schema;
    }

    /**
     * Compiles.
     *
     * @throws SettingsException if it is no schema
     */
    static CompiledSchema of(Document text) {
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .locale(Locale.ROOT)
                .regularExpressionFactory(CompiledSchema::pattern)
                .build();
        // A registry for each schema: one plugin's $id must not be found by another one's $ref.
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaRegistryConfig(config)
                        .schemaLoader(
                                loader -> loader.fetchRemoteResources(false).block(any -> true)));
        try {
            Schema schema = registry.getSchema(text.toJson(), InputFormat.JSON);
            schema.initializeValidators();
            return new CompiledSchema(text, schema);
        } catch (BoundedPattern.GivenUp e) {
            throw new SettingsException("", e.getMessage());
        } catch (SchemaException | IllegalArgumentException e) {
            throw new SettingsException("", "The schema cannot be used: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new SettingsException("", "The schema cannot be used: it refers to itself without end");
        }
    }

    private static RegularExpression pattern(String pattern) {
        return new BoundedPattern(pattern)::occursIn;
    }

    List<SettingsException> check(Document settings) {
        List<Error> errors;
        try {
            errors = schema.validate(settings.toJson(), InputFormat.JSON);
        } catch (BoundedPattern.GivenUp e) {
            return List.of(new SettingsException("", e.getMessage()));
        } catch (SchemaException | IllegalArgumentException e) {
            return List.of(new SettingsException("", "The schema cannot be used: " + e.getMessage()));
        } catch (StackOverflowError e) {
            return List.of(new SettingsException("", "The schema cannot be used: it refers to itself without end"));
        }
        // One mistake can be found on several ways through a schema; it is told once.
        Set<String> told = new LinkedHashSet<>();
        List<SettingsException> findings = new ArrayList<>();
        for (Error error : errors) {
            SettingsException finding = finding(error, settings);
            if (findings.size() < MAX_FINDINGS && told.add(finding.path() + "\n" + finding.getMessage())) {
                findings.add(finding);
            }
        }
        return findings;
    }

    private SettingsException finding(Error error, Document settings) {
        String path = String.valueOf(error.getInstanceLocation());
        String property = error.getProperty() == null ? "" : error.getProperty();
        Document owner = schemaAround(error);
        Document wanted = owner.get(error.getKeyword());
        // What is only to be written is not repeated, as messages go into logs.
        String value = owner.get("writeOnly").asBoolean(false) ? "***" : shown(at(settings, path));
        return switch (error.getKeyword()) {
            case "additionalProperties", "unevaluatedProperties" -> {
                List<String> known = owner.get("properties").keys();
                yield new SettingsException(
                        path + "/" + escaped(property),
                        "[" + property + "] is not known here"
                                + NearestName.of(property, known)
                                        .map(near -> "; did you mean [" + near + "]?")
                                        .orElse(known.isEmpty() ? "" : "; known are " + listed(known)));
            }
            case "required" -> new SettingsException(path, "[" + property + "] is missing");
            case "type" -> new SettingsException(path, "[" + value + "] is not of the type [" + shown(wanted) + "]");
            case "enum" -> {
                List<String> known =
                        wanted.values().stream().map(CompiledSchema::shown).toList();
                yield new SettingsException(
                        path, "[" + value + "] is none of " + listed(known) + NearestName.hint(value, known));
            }
            case "minimum" -> new SettingsException(path, "[" + value + "] is less than [" + shown(wanted) + "]");
            case "maximum" -> new SettingsException(path, "[" + value + "] is more than [" + shown(wanted) + "]");
            case "minLength", "maxLength", "minItems", "maxItems" ->
                new SettingsException(
                        path, "its length is not within [" + error.getKeyword() + " " + shown(wanted) + "]");
            default -> new SettingsException(path, "[" + value + "] " + error.getMessage());
        };
    }

    /** The object of the schema that holds the keyword which found something. */
    private Document schemaAround(Error error) {
        String location = String.valueOf(error.getSchemaLocation());
        int hash = location.indexOf('#');
        String pointer = hash < 0 ? "" : location.substring(hash + 1);
        int last = pointer.lastIndexOf('/');
        return last < 0 ? text : at(text, pointer.substring(0, last));
    }

    private static Document at(Document document, String pointer) {
        Document at = document;
        if (!pointer.isEmpty()) {
            for (String step : pointer.substring(1).split("/", -1)) {
                String name = step.replace("~1", "/").replace("~0", "~");
                at = at.isArray() && name.matches("[0-9]{1,9}") ? at.get(Integer.parseInt(name)) : at.get(name);
            }
        }
        return at;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String listed(List<String> names) {
        return names.stream().limit(30).collect(Collectors.joining("], [", "[", names.size() > 30 ? "], …" : "]"));
    }

    private static String shown(Document value) {
        String text = value.text().orElseGet(value::toJson);
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
