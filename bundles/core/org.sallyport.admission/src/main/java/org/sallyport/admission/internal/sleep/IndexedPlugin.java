package org.sallyport.admission.internal.sleep;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Version;
import org.sallyport.api.hook.HandlesHook;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * What has to be known of a plugin while it sleeps: its descriptor, and the handlers that it brought when it was last in
 * service. Kept packed. Immutable, as long as nobody changes its bytes.
 */
public final class IndexedPlugin {
    /** Most handlers; a plugin that brings more is started with the platform. */
    static final int MAX_HANDLERS = 255;

    /** Most bytes of one, packed: 64 KiB. */
    static final int MAX_PACKED = 64 << 10;

    private final PluginDescriptor descriptor;
    private final List<Handler> handlers;
    private final byte[] packed;

    private IndexedPlugin(PluginDescriptor descriptor, List<Handler> handlers, byte[] packed) {
        this.descriptor = descriptor;
        this.handlers = handlers;
        this.packed = packed;
    }

    /**
     * One handler.
     *
     * @param contract the class name of what it implements
     * @param name its id
     * @param hook the hook that it handles
     * @param packed what it says of its place
     * @param at where in these bytes
     */
    public record Handler(String contract, String name, String hook, byte[] packed, int at) {
        /** Its properties, as far as hooks read them. */
        public Map<String, Object> properties() {
            return read(packed, at, in -> {
                Map<String, Object> properties = new HashMap<>();
                properties.put(HandlesHook.PREFIX_ + "name", hook);
                properties.put(HandlesHook.PREFIX_ + "phase", in.readUTF());
                properties.put(HandlesHook.PREFIX_ + "priority", in.readInt());
                properties.put(
                        HandlesHook.PREFIX_ + "before",
                        PackedDescriptor.readWords(in).toArray(new String[0]));
                properties.put(
                        HandlesHook.PREFIX_ + "after",
                        PackedDescriptor.readWords(in).toArray(new String[0]));
                return properties;
            });
        }
    }

    /**
     * Packs a plugin.
     *
     * @param handlers services of one contract each, with a hook's name among their properties
     * @throws IOException if it is too large to be kept
     */
    public static IndexedPlugin of(PluginDescriptor descriptor, Map<Contribution<?>, String> handlers)
            throws IOException {
        if (handlers.isEmpty() || handlers.size() > MAX_HANDLERS) {
            throw new IOException("it has [" + handlers.size() + "] handlers; 1 to [" + MAX_HANDLERS + "] are kept");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(descriptor.id().value());
        out.writeUTF(descriptor.version().toString());
        out.writeByte(handlers.size());
        for (Map.Entry<Contribution<?>, String> handler : handlers.entrySet()) {
            Map<String, Object> properties = handler.getKey().properties();
            out.writeUTF(handler.getValue());
            out.writeUTF(handler.getKey().handler());
            out.writeUTF(String.valueOf(properties.get(HandlesHook.PREFIX_ + "name")));
            out.writeUTF(String.valueOf(properties.getOrDefault(HandlesHook.PREFIX_ + "phase", "normal")));
            out.writeInt(
                    properties.getOrDefault(HandlesHook.PREFIX_ + "priority", 50) instanceof Number priority
                            ? priority.intValue()
                            : 50);
            PackedDescriptor.writeWords(out, words(properties.get(HandlesHook.PREFIX_ + "before")));
            PackedDescriptor.writeWords(out, words(properties.get(HandlesHook.PREFIX_ + "after")));
        }
        PackedDescriptor.write(out, descriptor);
        return unpack(bytes.toByteArray(), new HashMap<>());
    }

    private static Collection<String> words(Object value) {
        if (value instanceof String[] several) {
            return List.of(several);
        } else if (value instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).toList();
        }
        return value == null ? List.of() : List.of(String.valueOf(value));
    }

    /**
     * Unpacks a plugin.
     *
     * @param versions those that were met before; one more is put in. Most plugins share theirs with others
     * @throws IOException if the bytes are not what {@link #packed()} gave
     */
    static IndexedPlugin unpack(byte[] packed, Map<String, Version> versions) throws IOException {
        if (packed.length > MAX_PACKED) {
            throw new IOException("it has [" + packed.length + "] bytes; at most [" + MAX_PACKED + "] are kept");
        }
        try {
            Packed in = new Packed(packed, 0);
            PluginId id = new PluginId(in.text());
            Version version = versions.computeIfAbsent(in.text(), Version::parseVersion);
            Handler[] handlers = new Handler[in.unsignedByte()];
            for (int i = 0; i < handlers.length; i++) {
                String contract = in.text().intern();
                String name = in.text();
                String hook = in.text();
                handlers[i] = new Handler(contract, name.equals(id.value()) ? id.value() : name, hook, packed, in.at());
                in.skipText();
                in.skip(Integer.BYTES);
                in.skipWords();
                in.skipWords();
            }
            PackedDescriptor descriptor = new PackedDescriptor(id, version, packed, in.at());
            PackedDescriptor.check(in);
            return new IndexedPlugin(descriptor, List.of(handlers), packed);
        } catch (IllegalArgumentException e) {
            throw new IOException("it is not readable: " + e.getMessage(), e);
        }
    }

    /** Reads from packed bytes, which were checked when they came in. */
    static <T> T read(byte[] packed, int at, Unpacking<T> unpacking) {
        try {
            return unpacking.from(new DataInputStream(new ByteArrayInputStream(packed, at, packed.length - at)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one thing. */
    interface Unpacking<T> {
        T from(DataInputStream in) throws IOException;
    }

    /** What it says of itself. */
    public PluginDescriptor descriptor() {
        return descriptor;
    }

    /** What it handles. */
    public List<Handler> handlers() {
        return handlers;
    }

    byte[] packed() {
        return packed;
    }
}
