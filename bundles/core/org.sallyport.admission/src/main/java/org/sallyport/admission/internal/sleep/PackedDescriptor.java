package org.sallyport.admission.internal.sleep;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * The descriptor of a plugin that sleeps. What nobody asks for stays packed, as there may be thousands of them. Immutable.
 */
final class PackedDescriptor implements PluginDescriptor {
    private final PluginId id;
    private final Version version;
    private final byte[] packed;
    private final int at;

    /** @param at where in the packed bytes {@link #write} began */
    PackedDescriptor(PluginId id, Version version, byte[] packed, int at) {
        this.id = id;
        this.version = version;
        this.packed = packed;
        this.at = at;
    }

    /** What {@link #unpack} reads. */
    static void write(DataOutput out, PluginDescriptor descriptor) throws IOException {
        for (String text : List.of(
                descriptor.symbolicName(),
                descriptor.name(),
                descriptor.description(),
                descriptor.author(),
                descriptor.licence(),
                descriptor.homepage(),
                descriptor.minHostVersion().toString(),
                descriptor.displayScope().name(),
                descriptor.trustLevel().name(),
                descriptor.stage().name())) {
            out.writeUTF(text);
        }
        for (Set<String> words : List.of(
                descriptor.keywords(),
                descriptor.capabilities(),
                descriptor.types(),
                descriptor.aliases(),
                descriptor.requiredFeatures(),
                descriptor.compatibleServers())) {
            writeWords(out, words);
        }
        out.writeShort(descriptor.permissions().size());
        for (PermissionRequest asked : descriptor.permissions()) {
            out.writeUTF(asked.type());
            writeWords(out, asked.actions());
            out.writeUTF(asked.scope());
            out.writeUTF(asked.reason());
        }
    }

    static void writeWords(DataOutput out, Collection<String> words) throws IOException {
        out.writeShort(words.size());
        for (String word : words) {
            out.writeUTF(word);
        }
    }

    static Set<String> readWords(DataInput in) throws IOException {
        Set<String> words = new LinkedHashSet<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            words.add(in.readUTF());
        }
        return Collections.unmodifiableSet(words);
    }

    private record Unpacked(
            String symbolicName,
            String name,
            String description,
            String author,
            String licence,
            String homepage,
            String minHostVersion,
            String displayScope,
            String trustLevel,
            String stage,
            Set<String> keywords,
            Set<String> capabilities,
            Set<String> types,
            Set<String> aliases,
            Set<String> requiredFeatures,
            Set<String> compatibleServers,
            List<PermissionRequest> permissions) {}

    private Unpacked unpack() {
        return IndexedPlugin.read(packed, at, in -> {
            String[] texts = new String[10];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = in.readUTF();
            }
            Set<String> keywords = readWords(in);
            Set<String> capabilities = readWords(in);
            Set<String> types = readWords(in);
            Set<String> aliases = readWords(in);
            Set<String> requiredFeatures = readWords(in);
            Set<String> compatibleServers = readWords(in);
            List<PermissionRequest> permissions = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                permissions.add(new PermissionRequest(in.readUTF(), readWords(in), in.readUTF(), in.readUTF()));
            }
            return new Unpacked(
                    texts[0],
                    texts[1],
                    texts[2],
                    texts[3],
                    texts[4],
                    texts[5],
                    texts[6],
                    texts[7],
                    texts[8],
                    texts[9],
                    keywords,
                    capabilities,
                    types,
                    aliases,
                    requiredFeatures,
                    compatibleServers,
                    List.copyOf(permissions));
        });
    }

    /**
     * Passes over what {@link #write} gave; what may be any text is not looked at.
     *
     * @throws IOException or IllegalArgumentException if it is something else
     */
    static void check(Packed in) throws IOException {
        for (int texts = 6; texts > 0; texts--) {
            in.skipText();
        }
        Version.parseVersion(in.text());
        DisplayScope.valueOf(in.text());
        TrustLevel.valueOf(in.text());
        Stage.valueOf(in.text());
        for (int lists = 6; lists > 0; lists--) {
            in.skipWords();
        }
        for (int left = in.unsignedShort(); left > 0; left--) {
            in.skipText();
            in.skipWords();
            in.skipText();
            in.skipText();
        }
        if (!in.isAtEnd()) {
            throw new IOException("something stands behind it");
        }
    }

    @Override
    public PluginId id() {
        return id;
    }

    @Override
    public Version version() {
        return version;
    }

    @Override
    public String symbolicName() {
        return unpack().symbolicName;
    }

    @Override
    public String name() {
        return unpack().name;
    }

    @Override
    public String description() {
        return unpack().description;
    }

    @Override
    public String author() {
        return unpack().author;
    }

    @Override
    public String licence() {
        return unpack().licence;
    }

    @Override
    public String homepage() {
        return unpack().homepage;
    }

    @Override
    public Set<String> keywords() {
        return unpack().keywords;
    }

    @Override
    public Set<String> capabilities() {
        return unpack().capabilities;
    }

    @Override
    public Set<String> types() {
        return unpack().types;
    }

    @Override
    public Set<String> aliases() {
        return unpack().aliases;
    }

    @Override
    public Version minHostVersion() {
        return Version.parseVersion(unpack().minHostVersion);
    }

    @Override
    public Set<String> requiredFeatures() {
        return unpack().requiredFeatures;
    }

    @Override
    public DisplayScope displayScope() {
        return DisplayScope.valueOf(unpack().displayScope);
    }

    @Override
    public Set<String> compatibleServers() {
        return unpack().compatibleServers;
    }

    @Override
    public Stage stage() {
        return Stage.valueOf(unpack().stage);
    }

    @Override
    public boolean eager() {
        return false;
    }

    @Override
    public TrustLevel trustLevel() {
        return TrustLevel.valueOf(unpack().trustLevel);
    }

    @Override
    public List<PermissionRequest> permissions() {
        return unpack().permissions;
    }
}
