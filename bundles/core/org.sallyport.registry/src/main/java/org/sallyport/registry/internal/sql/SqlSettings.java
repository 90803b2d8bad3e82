package org.sallyport.registry.internal.sql;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which database.
 *
 * @param url without any secret, so it may be shown
 * @param user empty if the database asks for none
 * @param passwordFile read anew for each connection, so a password can be changed while Sallyport runs
 * @param drivers jars with the JDBC driver; if there are none, it is looked for on the class path of the process
 */
public record SqlSettings(String url, Dialect dialect, String user, Optional<Path> passwordFile, List<Path> drivers) {
    public SqlSettings {
        drivers = List.copyOf(drivers);
    }
}
