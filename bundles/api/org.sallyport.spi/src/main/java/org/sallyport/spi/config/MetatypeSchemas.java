package org.sallyport.spi.config;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Derives JSON Schema 2020-12 from the metatype XML that bnd makes of {@code @ObjectClassDefinition} (OSGi Compendium 8,
 * section 105.8). Made for files of strangers: no document type, no entities, at most {@value #MAX_BYTES} bytes and
 * {@value #MAX_ATTRIBUTES} attributes. Stateless.
 */
public final class MetatypeSchemas {
    /** Most bytes that are read of one file: 1 MiB. */
    public static final int MAX_BYTES = 1 << 20;

    /** Most attributes of one file. */
    public static final int MAX_ATTRIBUTES = 2_000;

    private MetatypeSchemas() {}

    /**
     * One object class, for one PID that it is designated to.
     *
     * @param ocd the object class's id
     * @param pid the PID or factory PID; the object class's id if nothing is designated to it
     * @param factory whether there may be several instances, {@code pid~name}
     * @param schema JSON Schema 2020-12, as text
     */
    public record Definition(String ocd, String pid, boolean factory, String schema) {}

    /**
     * All definitions of a metatype file, in its order. An attribute is required if the file says so (which is the
     * default) and names no default value; unknown names are refused; Integer, Long and the like say their width as
     * {@code format}; Password is {@code writeOnly}.
     *
     * @param xml read to its end, not closed
     * @param nested whether a dot in an attribute's id is a step into an object, as plugins see their settings; flat
     *     names are for Configuration Admin
     * @throws IOException if the file is unreadable, too large or no metatype
     */
    public static List<Definition> definitions(InputStream xml, boolean nested) throws IOException {
        MetatypeXml file = MetatypeXml.read(xml);
        List<Definition> definitions = new ArrayList<>();
        for (MetatypeXml.Designate designate : file.designates()) {
            MetatypeXml.Ocd ocd = file.ocds().get(designate.ocd());
            if (ocd != null) {
                String schema = MetatypeSchema.of(ocd, nested).toJson();
                definitions.add(new Definition(ocd.id(), designate.pid(), designate.factory(), schema));
            }
        }
        return definitions;
    }

    /**
     * The schema of one PID.
     *
     * @param pid a PID, a factory PID, or the id of an object class
     * @throws IOException as {@link #definitions} does
     */
    public static Optional<String> schema(InputStream xml, String pid, boolean nested) throws IOException {
        List<Definition> all = definitions(xml, nested);
        return all.stream()
                .filter(one -> one.pid().equals(pid))
                .findFirst()
                .or(() -> all.stream().filter(one -> one.ocd().equals(pid)).findFirst())
                .map(Definition::schema);
    }
}
