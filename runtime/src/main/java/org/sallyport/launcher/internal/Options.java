package org.sallyport.launcher.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What to start, as the builder or the command line collected it. */
public final class Options {
    public Path home = Path.of("sallyport-home");
    public Optional<Path> configFile = Optional.empty();
    public String overrides = "{}";
    public boolean shipped;
    public boolean hosts;
    /** Whether there is a policy chain, with its configuration and the deploy folder; hosts do not come without it. */
    public boolean policy = true;

    public boolean safeMode;
    /** For a verb that runs once: no ports, no watching of folders, a home of its own that is deleted afterwards. */
    public boolean offline;

    public boolean shell;
    /** Whether plugins count as trusted that were signed by a key of the home. */
    public boolean development;

    public final List<Path> platformBundles = new ArrayList<>();
    public final Map<String, String> hostPackages = new LinkedHashMap<>();
    public final Map<Class<?>, Object> hostServices = new LinkedHashMap<>();
    public final Map<String, String> properties = new LinkedHashMap<>();

    /** A copy that later changes to this one do not reach. */
    public Options copy() {
        Options copy = new Options();
        copy.home = home;
        copy.configFile = configFile;
        copy.overrides = overrides;
        copy.shipped = shipped;
        copy.hosts = hosts;
        copy.policy = policy || hosts;
        copy.safeMode = safeMode;
        copy.offline = offline;
        copy.shell = shell;
        copy.development = development;
        copy.platformBundles.addAll(platformBundles);
        copy.hostPackages.putAll(hostPackages);
        copy.hostServices.putAll(hostServices);
        copy.properties.putAll(properties);
        return copy;
    }
}
