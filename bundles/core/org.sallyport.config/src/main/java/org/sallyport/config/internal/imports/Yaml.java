package org.sallyport.config.internal.imports;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads YAML into documents with places. Plain scalars mean what they mean in YAML 1.1, as in the products whose files
 * are imported ({@code yes} is true); {@code <<} merges. Bounds: {@value #MAX_DEPTH} levels, {@value #MAX_NODES} values
 * with aliases written out, {@value #MAX_ALIASES} aliases. Tags make no objects of any class.
 */
final class Yaml {
    static final int MAX_DEPTH = 64;
    static final int MAX_NODES = 100_000;
    static final int MAX_ALIASES = 200;

    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9_]{0,50})");
    private static final Pattern BASED = Pattern.compile("[-+]?(0x[0-9a-fA-F_]{1,50}|0o?[0-7_]{1,50})");
    private static final Pattern FRACTION =
            Pattern.compile("[-+]?([0-9]{1,50}\\.[0-9]{0,50}|\\.[0-9]{1,50})([eE][-+]?[0-9]{1,3})?");

    private final String file;
    private final Map<String, Json.Place> places = new HashMap<>();
    private int nodes;

    private Yaml(String file) {
        this.file = file;
    }

    /** Reads one document; an empty one is an empty object. */
    static Json.Located read(String file, String text) {
        Yaml yaml = new Yaml(file);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(4 << 20)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .build();
        try {
            yaml.refuseBombs(settings, text);
            Optional<Node> root = new Compose(settings).composeString(text);
            Document document = root.isPresent() ? yaml.value(root.get(), "", 0) : Document.EMPTY_OBJECT;
            return new Json.Located(document.isNull() ? Document.EMPTY_OBJECT : document, Map.copyOf(yaml.places));
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            throw new ImportException(
                    file,
                    mark == null ? 1 : mark.getLine() + 1,
                    mark == null ? 1 : mark.getColumn() + 1,
                    "The text is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ImportException(file, 1, 1, "The text is not YAML: " + e.getMessage());
        }
    }

    /** Before anything recursive looks at it. */
    private void refuseBombs(LoadSettings settings, String text) {
        int depth = 0;
        int aliases = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias -> aliases++;
                default -> {
                    // nothing that nests
                }
            }
            if (depth > MAX_DEPTH) {
                throw new ImportException(file, line, 1, "The text has more than [" + MAX_DEPTH + "] levels");
            } else if (aliases > MAX_ALIASES) {
                throw new ImportException(file, line, 1, "The text has more than [" + MAX_ALIASES + "] aliases");
            }
        }
    }

    private Document value(Node node, String pointer, int level) {
        if (level > MAX_DEPTH) {
            throw refused(node, "The text has more than [" + MAX_DEPTH + "] levels, or a value that holds itself");
        } else if (++nodes > MAX_NODES) {
            throw refused(node, "The text has more than [" + MAX_NODES + "] values");
        }
        place(pointer, node);
        if (node instanceof ScalarNode scalar) {
            return scalar.getScalarStyle() == ScalarStyle.PLAIN
                    ? plain(scalar.getValue())
                    : Document.of(scalar.getValue());
        } else if (node instanceof SequenceNode sequence) {
            List<Document> elements = new ArrayList<>();
            for (Node element : sequence.getValue()) {
                elements.add(value(element, pointer + "/" + elements.size(), level + 1));
            }
            return Document.array(elements);
        }
        return object((MappingNode) node, pointer, level);
    }

    private Document object(MappingNode mapping, String pointer, int level) {
        Map<String, Document> members = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw refused(tuple.getKeyNode(), "A key is a plain name");
            } else if (key.getValue().equals("<<")) {
                merged.add(tuple.getValueNode());
            } else {
                String below = pointer + "/" + key.getValue().replace("~", "~0").replace("/", "~1");
                if (members.put(key.getValue(), value(tuple.getValueNode(), below, level + 1)) != null) {
                    throw refused(key, "The key [" + key.getValue() + "] is given twice");
                }
                place(below, key);
            }
        }
        for (Node node : merged) {
            Document value = value(node, pointer, level + 1);
            List<Document> parents = value.isArray() ? value.values() : List.of(value);
            parents.forEach(parent -> parent.members().forEach(members::putIfAbsent));
        }
        return Document.object(members);
    }

    private void place(String pointer, Node node) {
        node.getStartMark()
                .ifPresent(mark -> places.put(pointer, new Json.Place(mark.getLine() + 1, mark.getColumn() + 1)));
    }

    private static Document plain(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "", "~", "null":
                return Document.NULL;
            case "true", "yes", "on":
                return Document.TRUE;
            case "false", "no", "off":
                return Document.FALSE;
            default:
                break;
        }
        if (WHOLE.matcher(text).matches()) {
            return Document.number(new BigInteger(text.replace("_", "").replace("+", "")).toString());
        } else if (BASED.matcher(text).matches()) {
            return Document.number(based(text.replace("_", "").replace("+", "")).toString());
        } else if (FRACTION.matcher(text).matches()) {
            return Document.of(new BigDecimal(text));
        }
        return Document.of(text);
    }

    private static BigInteger based(String text) {
        String sign = text.startsWith("-") ? "-" : "";
        String digits = text.substring(sign.length());
        return digits.startsWith("0x")
                ? new BigInteger(sign + digits.substring(2), 16)
                : new BigInteger(sign + digits.substring(digits.startsWith("0o") ? 2 : 0), 8);
    }

    private ImportException refused(Node node, String message) {
        Mark mark = node.getStartMark().orElse(null);
        return new ImportException(
                file, mark == null ? 1 : mark.getLine() + 1, mark == null ? 1 : mark.getColumn() + 1, message);
    }
}
