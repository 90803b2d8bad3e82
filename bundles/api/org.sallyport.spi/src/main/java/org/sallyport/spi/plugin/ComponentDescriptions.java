package org.sallyport.spi.plugin;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.sallyport.spi.xml.PlainXml;

/**
 * A bundle's descriptions of components (OSGi Compendium 8, 112.4), which Declarative Services reads in the host's name, following
 * whatever a document type declaration points to. So a stranger's is read here first, and is refused with one. Stateless.
 */
public final class ComponentDescriptions {
    /** The header that names them (112.4.1). */
    public static final String HEADER = "Service-Component";

    /** Largest description: 1 MiB. */
    public static final int MAX_SIZE = 1 << 20;

    /** Most elements of a description. */
    public static final int MAX_ELEMENTS = 10_000;

    private ComponentDescriptions() {}

    /**
     * The entries of a bundle that its header names.
     *
     * @param header its value; empty if there is none
     * @param entries names of all entries
     * @throws IllegalArgumentException if it names entries by other than plain paths, with {@code *} in the last part
     */
    public static List<String> of(String header, Collection<String> entries) {
        Set<String> found = new LinkedHashSet<>();
        for (String written : header.split("[, ]+")) {
            String place = written.startsWith("/") ? written.substring(1) : written;
            int slash = place.lastIndexOf('/');
            String folder = place.substring(0, slash + 1);
            if (written.isEmpty()) {
                continue;
            } else if (!place.matches("[A-Za-z0-9_.$*/-]+")
                    || folder.indexOf('*') >= 0
                    || !folder.isEmpty() && isOdd(folder)) {
                throw new IllegalArgumentException("its [" + HEADER + "] names [" + written
                        + "]; a path of letters, digits, [_.$-] and, in its last part, [*] is read");
            }
            String last = place.substring(slash + 1);
            Pattern pattern = Pattern.compile(Pattern.quote(folder)
                    + Pattern.quote(last.isEmpty() ? "*" : last).replace("*", "\\E[^/]*\\Q"));
            entries.stream().filter(pattern.asMatchPredicate()).forEach(found::add);
        }
        return List.copyOf(found);
    }

    private static boolean isOdd(String folder) {
        return folder.contains("//")
                || Stream.of(folder.split("/"))
                        .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    /**
     * The classes of the components that a description describes.
     *
     * @throws IllegalArgumentException if it is too large, not well-formed, or has a document type declaration
     */
    public static Set<String> classes(byte[] description) {
        if (description.length > MAX_SIZE) {
            throw new IllegalArgumentException("it has more than [" + MAX_SIZE + "] bytes");
        }
        try {
            XMLStreamReader reader = PlainXml.reader(description);
            try {
                return classes(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException(
                    "it is no plain XML: " + e.getMessage().lines().findFirst().orElse(""), e);
        }
    }

    private static Set<String> classes(XMLStreamReader reader) throws XMLStreamException {
        // Of a later version another parser could see other things.
        if (reader.getVersion() != null && !reader.getVersion().equals("1.0")) {
            throw new IllegalArgumentException("it is of another version of XML than 1.0");
        }
        Set<String> classes = new LinkedHashSet<>();
        int elements = 0;
        while (reader.hasNext()) {
            if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                if (++elements > MAX_ELEMENTS) {
                    throw new IllegalArgumentException("it has more than [" + MAX_ELEMENTS + "] elements");
                }
                String type = reader.getAttributeValue(null, "class");
                if (reader.getLocalName().equals("implementation") && type != null) {
                    classes.add(type.strip());
                }
            }
        }
        return classes;
    }
}
