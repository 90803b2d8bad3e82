package org.sallyport.spi.permission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.config.NearestName;
import org.sallyport.spi.sandbox.Tier;

/**
 * The types of permissions with their actions, the form of their scopes, and who may have them at all. What a plugin needs of
 * itself (its own bundle, classes and settings) needs no permission.
 */
public enum PermissionType {
    /** Files: a real, absolute path; {@code /x/*} for what lies in a folder, {@code /x/**} for the folder and all below. */
    FILE(paths("read", "write", "delete", "list"), paths("link").from(TrustLevel.PARTNER)),
    /**
     * Networks: host patterns, address ranges, ports. Private addresses need {@code net.private} as well. To inspect is to see the
     * interfaces of the machine.
     */
    NET(hosts("connect", "listen", "udp", "resolve", "private"), paths("unix"), names("inspect")),
    /** Other processes; to start one, the absolute path of its program. */
    PROCESS(paths("exec").inWorkers(), names("inspect").inWorkers()),
    /** Environment variables, by name. */
    ENV(names("read"), names("write").from(TrustLevel.PARTNER)),
    /** System properties, by name. */
    PROP(names("read"), names("write").from(TrustLevel.PARTNER)),
    /** Threads; to make some, how many at a time. */
    THREAD(counts("create"), names("inspect", "modify").from(TrustLevel.PARTNER)),
    /** Reflection, by package: over public members, over all, by what turns data into calls. */
    REFLECT(names("package").inWorkers(), names("deep", "trampoline").from(TrustLevel.PARTNER)),
    /** Classes that are made while it runs, by package. */
    CLASS(names("define").inWorkers()),
    /** Class loaders. */
    CLASSLOADER(names("create").inWorkers()),
    /** Code that is not Java's, by library. */
    NATIVE(names("load", "ffm").from(TrustLevel.PARTNER)),
    /** Services of others, by interface; {@code hook/NAME} for a hook that it calls or declares. */
    SERVICE(names("get", "publish", "listen", "rank")),
    /** Packages of others. */
    PACKAGE(names("import", "export")),
    /** Other bundles, by symbolic name. */
    BUNDLE(
            names("inspect").from(TrustLevel.PARTNER),
            names("install", "lifecycle").from(TrustLevel.INTERNAL)),
    /** Configuration, by PID. */
    CONFIG(names("read", "write").ofItsOwn()),
    /** Secrets, by name. */
    SECRET(names("read", "write").ofItsOwn()),
    /** Events, by topic; {@code topic@50} for 50 a second at most. */
    EVENT(topics("publish", "subscribe")),
    /** The log: {@code @100} for 100 lines a second at most. */
    LOG(topics("publish"), names("read").from(TrustLevel.PARTNER)),
    /** The virtual machine: to end it, to hook its end, to change what is global in it, to manage it. */
    JVM(names("exit", "hook", "global", "manage").from(TrustLevel.PARTNER)),
    /** Databases, by name. */
    DATABASE(names("read", "write")),
    /** What people see, by name: commands, pages, fields of forms. */
    UI(names("command", "page", "field", "notify")),
    /** Agents, by name. */
    AGENT(names("call"), names("control").from(TrustLevel.PARTNER));

    private final Map<String, Action> actions = new LinkedHashMap<>();

    PermissionType(Some... some) {
        for (Some ones : some) {
            ones.names.forEach(name -> actions.put(
                    name, new Action(label() + '.' + name, ones.form, ones.least, ones.workersOnly, ones.ownOnly)));
        }
    }

    /** Its name in permissions: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its actions by name. */
    public Map<String, Action> actions() {
        return Map.copyOf(actions);
    }

    /** All names, as {@code type.action}. */
    public static List<String> names() {
        return Stream.of(values())
                .flatMap(type -> type.actions.values().stream())
                .map(Action::name)
                .toList();
    }

    /**
     * The action of a name.
     *
     * @throws IllegalArgumentException if it is not known, with what was probably meant
     */
    public static Action action(String type, String action) {
        for (PermissionType known : values()) {
            if (known.label().equals(type)) {
                Action found = known.actions.get(action);
                if (found != null) {
                    return found;
                }
            }
        }
        throw unknown(type + '.' + action);
    }

    static IllegalArgumentException unknown(String name) {
        String shown = name.length() <= 80 ? name : name.substring(0, 80) + "…";
        List<String> known = new ArrayList<>(names());
        known.addAll(OlderNames.all());
        return new IllegalArgumentException("permission [" + shown + "] is not known"
                + NearestName.of(name, known)
                        .map(near -> "; did you mean [" + near + "]?")
                        .orElse("; a permission is written type.action:scope, such as [file.read:${data}]"));
    }

    /**
     * An action of a type.
     *
     * @param name as {@code type.action}
     * @param least the least level of trust whose plugins may have it
     * @param workersOnly whether plugins that are not {@code internal} may have it in a process of their own alone
     * @param ownOnly whether untrusted plugins may have it for what is their own alone: the scope is <code>${plugin}</code>, or
     *     goes on with {@code ~} or {@code /}
     */
    public record Action(
            String name, Function<String, Scopes.Scope> form, TrustLevel least, boolean workersOnly, boolean ownOnly) {
        /** Whether plugins of a level may have it in some tier. */
        public boolean isFor(TrustLevel level, String scope) {
            return level.compareTo(least) >= 0 && (!ownOnly || level != TrustLevel.UNTRUSTED || isOwn(scope));
        }

        /** Not with a dot behind it, as another plugin's id may begin so. */
        private static boolean isOwn(String scope) {
            return scope.equals(Places.PLUGIN)
                    || scope.startsWith(Places.PLUGIN + "~")
                    || scope.startsWith(Places.PLUGIN + "/");
        }

        /** Whether they may have it in that tier. */
        public boolean isFor(TrustLevel level, String scope, Tier tier) {
            return isFor(level, scope) && !(workersOnly && tier == Tier.CONFINED);
        }

        Scopes.Scope scope(String text) {
            if (text.length() > Permission.MAX_SCOPE) {
                throw new IllegalArgumentException("the scope of permission [" + name + "] has [" + text.length()
                        + "] characters; at most [" + Permission.MAX_SCOPE + "] are taken");
            }
            try {
                return text.isEmpty() ? Scopes.ANYWHERE : form.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "the scope [" + text + "] of permission [" + name + "] is not understood: " + e.getMessage());
            }
        }
    }

    private static Some paths(String... names) {
        return new Some(List.of(names), PathScope::parse);
    }

    private static Some hosts(String... names) {
        return new Some(List.of(names), HostScope::parse);
    }

    private static Some names(String... names) {
        return new Some(List.of(names), Scopes::name);
    }

    private static Some counts(String... names) {
        return new Some(List.of(names), Scopes::count);
    }

    private static Some topics(String... names) {
        return new Some(List.of(names), Scopes::topic);
    }

    /** Some actions of one kind. */
    private static final class Some {
        private final List<String> names;
        private final Function<String, Scopes.Scope> form;
        private TrustLevel least = TrustLevel.UNTRUSTED;
        private boolean workersOnly;
        private boolean ownOnly;

        Some(List<String> names, Function<String, Scopes.Scope> form) {
            this.names = names;
            this.form = form;
        }

        Some from(TrustLevel level) {
            least = level;
            return this;
        }

        Some inWorkers() {
            workersOnly = true;
            return this;
        }

        Some ofItsOwn() {
            ownOnly = true;
            return this;
        }
    }
}
