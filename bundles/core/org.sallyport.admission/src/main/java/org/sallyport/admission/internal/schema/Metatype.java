package org.sallyport.admission.internal.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.xml.PlainXml;

/**
 * Reads a metatype resource (OSGi Compendium 8, chapter 105). The file comes from a stranger: a document type
 * declaration is refused, so there are no entities to expand and nothing to fetch.
 */
final class Metatype {
    /** Most bytes of a resource. */
    static final int MAX_SIZE = 256 << 10;

    /** Most definitions, attributes and options of a resource together. */
    static final int MAX_ELEMENTS = 10_000;

    private final Map<String, Ocd> definitions = new HashMap<>();
    private final Map<String, String> designates = new HashMap<>();

    /**
     * An object class definition.
     *
     * @param id its id
     * @param name what people call it
     * @param description what it is about
     * @param attributes in order
     */
    record Ocd(String id, String name, String description, List<Attribute> attributes) {}

    /** An attribute definition, as it is written; texts that are not there are null. */
    record Attribute(
            String id,
            String type,
            int cardinality,
            boolean required,
            @Nullable String initial,
            @Nullable String min,
            @Nullable String max,
            String name,
            String description,
            List<String> options) {}

    /** Definitions by id. */
    Map<String, Ocd> definitions() {
        return definitions;
    }

    /** Ids of definitions by PID or factory PID. */
    Map<String, String> designates() {
        return designates;
    }

    /** @throws XMLStreamException if it is no metatype resource that is read here */
    static Metatype read(byte[] xml) throws XMLStreamException {
        if (xml.length > MAX_SIZE) {
            throw new XMLStreamException("it has more than " + MAX_SIZE + " bytes");
        }
        XMLStreamReader reader = PlainXml.reader(xml);
        try {
            Metatype metatype = new Metatype();
            metatype.read(reader);
            return metatype;
        } catch (IllegalArgumentException e) {
            throw new XMLStreamException(e.getMessage(), e);
        } finally {
            reader.close();
        }
    }

    private void read(XMLStreamReader reader) throws XMLStreamException {
        int elements = 0;
        String pid = "";
        List<Attribute> attributes = new ArrayList<>();
        List<String> options = new ArrayList<>();
        while (reader.hasNext()) {
            if (reader.next() != XMLStreamConstants.START_ELEMENT) {
                continue;
            } else if (++elements > MAX_ELEMENTS) {
                throw new XMLStreamException("it has more than " + MAX_ELEMENTS + " elements");
            }
            switch (reader.getLocalName()) {
                case "OCD" -> {
                    attributes = new ArrayList<>();
                    String id = text(reader, "id");
                    definitions.put(id, new Ocd(id, text(reader, "name"), text(reader, "description"), attributes));
                }
                case "AD" -> {
                    options = new ArrayList<>();
                    attributes.add(attribute(reader, options));
                }
                case "Option" -> options.add(text(reader, "value"));
                case "Designate" -> {
                    String factoryPid = text(reader, "factoryPid");
                    pid = factoryPid.isEmpty() ? text(reader, "pid") : factoryPid;
                }
                case "Object" -> designates.put(pid, text(reader, "ocdref"));
                default -> {
                    // Icons, extensions: nothing that a schema could say.
                }
            }
        }
    }

    private static Attribute attribute(XMLStreamReader reader, List<String> options) {
        String cardinality = text(reader, "cardinality");
        return new Attribute(
                text(reader, "id"),
                text(reader, "type"),
                cardinality.isEmpty() ? 0 : Integer.parseInt(cardinality),
                !"false".equals(text(reader, "required")),
                reader.getAttributeValue(null, "default"),
                reader.getAttributeValue(null, "min"),
                reader.getAttributeValue(null, "max"),
                text(reader, "name"),
                text(reader, "description"),
                options);
    }

    private static String text(XMLStreamReader reader, String name) {
        String value = reader.getAttributeValue(null, name);
        return value == null ? "" : value;
    }
}
