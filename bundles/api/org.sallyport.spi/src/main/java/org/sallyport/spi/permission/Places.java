package org.sallyport.spi.permission;

import java.io.IOException;
import java.nio.file.Path;
import org.sallyport.api.plugin.PluginId;

/**
 * What the variables in scopes stand for.
 *
 * @param data <code>${data}</code>: the real path of the plugin's own folder
 * @param tmp <code>${tmp}</code>: the real path of its folder for what need not last
 * @param plugin <code>${plugin}</code>: its id
 */
public record Places(String data, String tmp, String plugin) {
    static final String DATA = "${data}";
    static final String TMP = "${tmp}";
    static final String PLUGIN = "${plugin}";

    /** Nothing: scopes with variables cover no act. */
    public static final Places NONE = new Places("", "", "");

    /** Of a plugin, by the home folder. They need not exist; symbolic links above them are resolved now. */
    public static Places of(Path home, PluginId plugin) {
        Path real = home.toAbsolutePath().normalize();
        try {
            real = real.toRealPath();
        } catch (IOException e) {
            // It is made later, as it is called.
        }
        return new Places(
                real.resolve("data").resolve(plugin.value()).toString(),
                real.resolve("tmp").resolve(plugin.value()).toString(),
                plugin.value());
    }
}
