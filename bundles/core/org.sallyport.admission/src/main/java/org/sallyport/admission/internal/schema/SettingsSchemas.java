package org.sallyport.admission.internal.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.sallyport.admission.internal.archive.Archive;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * The settings schemas of one archive: those it ships as {@code META-INF/sallyport/HANDLER.schema.json}, and those that
 * are derived from its metatype resources. Immutable.
 */
public final class SettingsSchemas {
    private static final String FOLDER = "META-INF/sallyport/";
    private static final String ENDING = ".schema.json";
    private static final int MAX_SCHEMA = 1 << 20;
    private static final int MAX_FILES = 100;

    /** The schema of a handler that takes no settings. */
    public static final String NONE = OcdSchema.none().toJson();

    private final Map<String, String> shipped = new HashMap<>();
    private final Map<String, String> byPid = new HashMap<>();
    private final List<String> derived = new ArrayList<>();

    /**
     * Reads the schemas of an archive.
     *
     * @throws ArchiveException by the gate {@code manifest} if one of them is not readable
     */
    public SettingsSchemas(Archive archive) throws ArchiveException {
        List<String> schemas = archive.names(FOLDER, ENDING);
        List<String> metatypes = archive.names("OSGI-INF/metatype/", ".xml");
        if (schemas.size() + metatypes.size() > MAX_FILES) {
            throw refused("settings schemas", "there are more than [" + MAX_FILES + "]");
        }
        for (String name : schemas) {
            shipped.put(name.substring(FOLDER.length(), name.length() - ENDING.length()), json(archive, name));
        }
        for (String name : metatypes) {
            metatype(archive, name);
        }
    }

    private static String json(Archive archive, String name) throws ArchiveException {
        byte[] text = archive.content(name, MAX_SCHEMA).orElseThrow();
        try {
            Document schema = Json.read(text);
            if (!schema.isObject()) {
                throw refused(name, "it is no JSON object");
            }
            return new String(text, StandardCharsets.UTF_8);
        } catch (JsonException e) {
            throw refused(
                    name, "line " + e.place().line() + ", column " + e.place().column() + ": " + e.getMessage());
        }
    }

    private void metatype(Archive archive, String name) throws ArchiveException {
        byte[] xml = archive.content(name, Metatype.MAX_SIZE).orElseThrow();
        try {
            Metatype metatype = Metatype.read(xml);
            Map<String, String> byId = new HashMap<>();
            for (Metatype.Ocd definition : metatype.definitions().values()) {
                byId.put(definition.id(), OcdSchema.of(definition).toJson());
            }
            derived.addAll(byId.values());
            metatype.designates().forEach((pid, id) -> {
                if (byId.containsKey(id)) {
                    byPid.put(pid, byId.get(id));
                }
            });
        } catch (XMLStreamException | IllegalArgumentException e) {
            throw refused(name, String.valueOf(e.getMessage()).lines().collect(Collectors.joining(" ")));
        }
    }

    private static ArchiveException refused(String name, String why) {
        return new ArchiveException("manifest", "its [" + name + "] cannot be used: " + why);
    }

    /**
     * The schema of a handler's settings.
     *
     * @param handler the handler's id
     * @param component the name of its component; empty if unknown
     */
    public String of(String handler, String component) {
        if (shipped.containsKey(handler)) {
            return shipped.get(handler);
        } else if (byPid.containsKey(component)) {
            return byPid.get(component);
        }
        return derived.size() == 1 ? derived.get(0) : NONE;
    }
}
