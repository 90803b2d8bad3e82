package org.sallyport.launcher.internal.guard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.DiskQuota;
import org.sallyport.spi.sandbox.ThreadDomain;

/** The domain of one revision of a confined plugin. Thread-safe. */
final class Confined implements ThreadDomain {
    /** Most answers of one kind that are kept; then they are asked for anew. */
    static final int MAX_KEPT = 1_024;

    private final Domains domains;
    private final PluginId plugin;
    private final Version version;
    private final Map<String, Map<String, Permissions>> kept = new ConcurrentHashMap<>();
    private volatile Permissions permissions;
    private volatile boolean closed;
    private volatile @Nullable DiskUse disk;

    Confined(Domains domains, PluginId plugin, Version version, Permissions permissions) {
        this.domains = domains;
        this.plugin = plugin;
        this.version = version;
        this.permissions = permissions;
    }

    Domains domains() {
        return domains;
    }

    PluginId plugin() {
        return plugin;
    }

    Version version() {
        return version;
    }

    Permissions permitted() {
        return permissions;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether something is needed that it has. @param first told if that was not known before; each time where nothing is kept */
    boolean has(Need need, Runnable first) {
        Permissions now = permissions;
        if (closed) {
            return false;
        }
        if (need.kept().isEmpty()) {
            boolean permitted = need.test().test(now);
            if (permitted) {
                first.run();
            }
            return permitted;
        }
        Map<String, Permissions> answers = kept.get(need.kept());
        if (answers != null && answers.get(need.target()) == now) {
            return true;
        }
        if (!need.test().test(now)) {
            return false;
        }
        // Who can make links can change where a path leads.
        if (!need.type().equals("file") || now.list().stream().noneMatch(Confined::isLink)) {
            Map<String, Permissions> some = kept.computeIfAbsent(need.kept(), kind -> new ConcurrentHashMap<>());
            if (some.size() >= MAX_KEPT) {
                some.clear();
            }
            some.put(need.target(), now);
        }
        first.run();
        return true;
    }

    private static boolean isLink(org.sallyport.spi.permission.Permission permission) {
        return permission.type().equals("file") && permission.action().equals("link");
    }

    /** What it has of the disk; null if nobody counts that. */
    @Nullable DiskUse disk() {
        return disk;
    }

    /** It removes a file: a path may lead elsewhere then, and there is more room. */
    void removes() {
        forget();
        DiskUse use = disk;
        if (use != null) {
            use.removed();
        }
    }

    /** Files were moved: a path may lead elsewhere now. */
    void forget() {
        kept.clear();
    }

    @Override
    public @Nullable Object enter() {
        return domains.change(this);
    }

    @Override
    public void exit(@Nullable Object before) {
        domains.change(before);
    }

    @Override
    public void permissions(Permissions granted) {
        permissions = granted;
        kept.clear();
    }

    @Override
    public void limit(DiskQuota quota) {
        disk = new DiskUse(quota, System::nanoTime);
    }

    @Override
    public void close() {
        closed = true;
        kept.clear();
    }

    @Override
    public String toString() {
        return plugin + ":" + version;
    }

    /** The host's domain; of which there is one, and which is what the gate lets pass. */
    static final class Host implements ThreadDomain {
        private @Nullable volatile UnaryOperator<@Nullable Object> change;

        void armed(UnaryOperator<@Nullable Object> how) {
            change = how;
        }

        @Nullable Object change(@Nullable Object domain) {
            UnaryOperator<@Nullable Object> how = change;
            return how == null ? null : how.apply(domain);
        }

        @Override
        public @Nullable Object enter() {
            return change(this);
        }

        @Override
        public void exit(@Nullable Object before) {
            change(before);
        }

        @Override
        public void permissions(Permissions granted) {}

        @Override
        public void close() {}
    }
}
