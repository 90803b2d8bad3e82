package org.sallyport.spi.config;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.xml.PlainXml;

/**
 * What a metatype file says, as far as schemas need it.
 *
 * @param ocds object classes by id
 * @param designates what is designated to which; an object class that none names stands for itself
 */
record MetatypeXml(Map<String, Ocd> ocds, List<Designate> designates) {
    /** An object class; {@code name} and {@code description} may be empty. */
    record Ocd(String id, String name, String description, List<Attribute> attributes) {}

    /** An attribute definition; absent XML attributes are null. */
    record Attribute(
            String id,
            String type,
            String description,
            int cardinality,
            boolean required,
            @Nullable String min,
            @Nullable String max,
            @Nullable String defaults,
            List<String> options) {}

    /** Which PID has which object class. */
    record Designate(String pid, boolean factory, String ocd) {}

    static MetatypeXml read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MetatypeSchemas.MAX_BYTES + 1);
        if (bytes.length > MetatypeSchemas.MAX_BYTES) {
            throw new IOException("The metatype file is larger than [" + MetatypeSchemas.MAX_BYTES + "] bytes");
        }
        try {
            XMLStreamReader xml = PlainXml.reader(bytes);
            try {
                return new Reading(xml).all();
            } finally {
                xml.close();
            }
        } catch (XMLStreamException e) {
            throw new IOException("The metatype file is not well-formed: " + e.getMessage(), e);
        }
    }

    /** One pass over the elements; what it does not know it skips, as the specification asks. */
    private static final class Reading {
        private final XMLStreamReader xml;
        private final Map<String, Ocd> ocds = new LinkedHashMap<>();
        private final List<Designate> designates = new ArrayList<>();
        private List<Attribute> attributes = new ArrayList<>();
        private List<String> options = new ArrayList<>();
        private String pid = "";
        private boolean factory;
        private int count;
        private boolean metatype;

        Reading(XMLStreamReader xml) {
            this.xml = xml;
        }

        MetatypeXml all() throws XMLStreamException, IOException {
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                    start(xml.getLocalName());
                }
            }
            if (!metatype) {
                throw new IOException("The file has no MetaData element, so it is no metatype file");
            }
            for (String id : ocds.keySet()) {
                if (designates.stream().noneMatch(designate -> designate.ocd().equals(id))) {
                    designates.add(new Designate(id, false, id));
                }
            }
            return new MetatypeXml(ocds, designates);
        }

        private void start(String element) throws IOException {
            switch (element) {
                case "MetaData" -> metatype = true;
                case "OCD" -> {
                    attributes = new ArrayList<>();
                    String id = text("id");
                    if (ocds.put(id, new Ocd(id, plain("name"), plain("description"), attributes)) != null) {
                        throw new IOException("The metatype file defines the object class [" + id + "] twice");
                    }
                }
                case "AD" -> {
                    if (++count > MetatypeSchemas.MAX_ATTRIBUTES) {
                        throw new IOException(
                                "The metatype file has more than [" + MetatypeSchemas.MAX_ATTRIBUTES + "] attributes");
                    }
                    options = new ArrayList<>();
                    attributes.add(attribute());
                }
                case "Option" -> options.add(text("value"));
                case "Designate" -> {
                    String factoryPid = text("factoryPid");
                    factory = !factoryPid.isEmpty();
                    pid = factory ? factoryPid : text("pid");
                }
                case "Object" -> designates.add(new Designate(pid, factory, text("ocdref")));
                default -> {
                    // elements of other namespaces and later versions
                }
            }
        }

        private Attribute attribute() throws IOException {
            String cardinality = text("cardinality");
            try {
                return new Attribute(
                        text("id"),
                        text("type"),
                        plain("description"),
                        cardinality.isEmpty() ? 0 : Integer.parseInt(cardinality.strip()),
                        !"false".equals(text("required").strip()),
                        xml.getAttributeValue(null, "min"),
                        xml.getAttributeValue(null, "max"),
                        xml.getAttributeValue(null, "default"),
                        options);
            } catch (NumberFormatException e) {
                throw new IOException(
                        "The cardinality [" + cardinality + "] of attribute [" + text("id") + "] is not a whole number",
                        e);
            }
        }

        private String text(String name) {
            String value = xml.getAttributeValue(null, name);
            return value == null ? "" : value;
        }

        /** A text for people; a key into a localisation file is none. */
        private String plain(String name) {
            String value = text(name);
            return value.startsWith("%") ? "" : value;
        }
    }
}
