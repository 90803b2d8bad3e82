package org.sallyport.spi.admission;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginStatus;

/**
 * The door: brings plugins in, changes them, takes them out. All faces go through it. Each method returns when its work
 * is done (the plugin is in service, or it is known why not) and may take as long as the plugin's start may take.
 * Thread-safe; operations on one plugin run one after the other.
 *
 * <p>Errors: {@link org.sallyport.api.plugin.PluginException} with the codes {@code not_found}, {@code refused},
 * {@code duplicate}, {@code failed_start}, {@code invalid_archive}, {@code in_use} (others use the plugin, and would be
 * taken out with it), {@code busy} (another operation on a plugin that uses it took too long). After an error what was in service is in service.
 */
@ProviderType
public interface PluginAdmin {
    /** Largest archive that is taken, in bytes: 64 MiB. */
    long MAX_ARCHIVE = 64L << 20;

    /** Most versions that stand beside the main one of a plugin. */
    int MAX_BESIDE = 5;

    /**
     * Waits until each plugin that was wanted when admission started is in service, or it is known why not. A host that
     * opens ports before would do without them.
     *
     * @return whether that came within the limit
     */
    boolean settle(Duration limit);

    /** All plugins and all files that should have been one, sorted by id. */
    List<PluginStatus> list();

    /** The status of a plugin by id or alias. */
    Optional<PluginStatus> find(String id);

    /** What is in service now. */
    PluginSet inService();

    /**
     * Brings a plugin in. If it is there in another version, that is replaced while calls run through it; the same
     * bytes again change nothing. Plugins that use its packages are replaced by themselves in the same step, so that they
     * use the new ones; if one of them does not come up so, nothing is changed.
     *
     * @param archive the bundle's bytes; read once, hashed in that read
     * @param origin where it came from, for the status
     */
    PluginStatus install(byte[] archive, String origin);

    /**
     * Brings a version of a plugin in beside its main one, for those who choose it. It has a status of its own and is called
     * {@code ID@VERSION} wherever a plugin is named; its storage is the plugin's.
     *
     * @throws org.sallyport.api.plugin.PluginException also {@code not_found} if the plugin is not there, {@code duplicate} if
     *     its main version has the same number and other bytes, {@code too_many} beyond {@value #MAX_BESIDE}
     */
    PluginStatus installBeside(byte[] archive, String origin);

    /**
     * Keeps a version that is the main one, or was, beside the main one: what chose it has it on.
     *
     * @throws org.sallyport.api.plugin.PluginException also {@code no_version} if its bytes are not here
     */
    PluginStatus keep(String id, Version version);

    /**
     * Marks a version for those who choose by range, in place of what it says itself.
     *
     * @throws org.sallyport.api.plugin.PluginException also {@code no_version} if its bytes are not here
     */
    PluginStatus mark(String id, Version version, Stage stage);

    /** The same as {@link #install}, but only for a plugin that is there already. */
    PluginStatus update(String id, byte[] archive, String origin);

    /** Drains a plugin and removes it; its storage is kept. Refused if others in service use it. */
    PluginStatus uninstall(String id);

    /** Puts a plugin in service again that was disabled or quarantined, and those that were disabled with it. */
    PluginStatus enable(String id);

    /** Drains a plugin and stops it; its storage and settings are kept. Refused if others in service use it. */
    PluginStatus disable(String id);

    /**
     * Notes a file that should have been a plugin and is none, so that lists show it; an empty cause removes the note.
     */
    void note(String origin, String cause);

    /** Why a plugin is not in service: the causes from the plugin down to the last missing link, then what mends it. */
    List<String> why(String id);
}
