package org.sallyport.deploy.internal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/** Admission as far as the deploy folder uses it. */
final class MemoryAdmin implements PluginAdmin {
    /** What happened, as {@code install ID VERSION ORIGIN}, {@code failed ORIGIN} and {@code uninstall ID}. */
    final List<String> events = new CopyOnWriteArrayList<>();

    final Map<String, PluginStatus> plugins = new ConcurrentSkipListMap<>();
    final Map<String, String> notes = new ConcurrentSkipListMap<>();

    /** Done within the installation of a plugin, by its id. */
    final Map<String, Runnable> hooks = new ConcurrentHashMap<>();

    volatile Runnable listHook = () -> {};
    volatile Runnable uninstallHook = () -> {};

    @Override
    public boolean settle(Duration limit) {
        return true;
    }

    @Override
    public List<PluginStatus> list() {
        listHook.run();
        return Stream.concat(
                        plugins.values().stream(),
                        notes.entrySet().stream()
                                .map(note -> status(
                                        note.getKey().substring("deploy/".length()),
                                        "",
                                        PluginState.BLOCKED,
                                        note.getValue(),
                                        note.getKey())))
                .toList();
    }

    @Override
    public Optional<PluginStatus> find(String id) {
        return Optional.ofNullable(plugins.get(id));
    }

    @Override
    public PluginStatus install(byte[] archive, String origin) {
        try {
            String[] words = Jars.read(archive);
            hooks.getOrDefault(words[0], () -> {}).run();
            PluginStatus status = status(words[0], words[1], PluginState.ACTIVE, "", origin);
            plugins.put(words[0], status);
            events.add("install " + words[0] + " " + words[1] + " " + origin);
            return status;
        } catch (IOException e) {
            events.add("failed " + origin);
            throw new PluginException("invalid_archive", "The archive is cut off");
        } catch (RuntimeException | Error e) {
            events.add("failed " + origin);
            throw e;
        }
    }

    @Override
    public PluginStatus uninstall(String id) {
        uninstallHook.run();
        events.add("uninstall " + id);
        PluginStatus status = plugins.remove(id);
        if (status == null) {
            throw new PluginException("not_found", "There is no plugin [" + id + "]");
        }
        return status;
    }

    @Override
    public void note(String origin, String cause) {
        if (cause.isEmpty()) {
            notes.remove(origin);
        } else {
            notes.put(origin, cause);
        }
    }

    /** A plugin that is there already. */
    void add(String id, String version, String origin) {
        plugins.put(id, status(id, version, PluginState.ACTIVE, "", origin));
    }

    /** A plugin that failed and says so itself. */
    void quarantine(String id, String cause, String origin) {
        plugins.put(id, status(id, "1.0.0", PluginState.QUARANTINED, cause, origin));
    }

    /** The events so far, which are forgotten. */
    List<String> takeEvents() {
        List<String> taken = new ArrayList<>(Arrays.asList(events.toArray(String[]::new)));
        events.clear();
        return taken;
    }

    private static PluginStatus status(String id, String version, PluginState state, String cause, String origin) {
        return new PluginStatus(
                id, version, Optional.empty(), "enabled", state, cause, "", Instant.EPOCH, "", origin, List.of());
    }

    @Override
    public PluginSet inService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginStatus update(String id, byte[] archive, String origin) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginStatus installBeside(byte[] archive, String origin) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginStatus keep(String id, Version version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginStatus mark(String id, Version version, Stage stage) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginStatus enable(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginStatus disable(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> why(String id) {
        throw new UnsupportedOperationException();
    }
}
