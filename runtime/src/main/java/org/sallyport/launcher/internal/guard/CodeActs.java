package org.sallyport.launcher.internal.guard;

import java.io.File;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.permission.Permissions;

/** Code: reflection, classes and their loaders, native code, other processes, properties. */
final class CodeActs {
    /** Of no use to an attacker, and asked for by much code. */
    private static final Set<String> FREE_PROPERTIES = Set.of(
            "line.separator",
            "file.separator",
            "path.separator",
            "java.version",
            "java.specification.version",
            "java.vm.specification.version",
            "java.class.version",
            "file.encoding",
            "native.encoding");

    /**
     * What each plugin may import. Java asks their loader for them by itself, in the name of whoever is the first to use a class
     * that mentions them.
     */
    private static final List<String> API =
            List.of("org.sallyport.api.", "org.sallyport.type.", "org.slf4j.", "org.osgi.");

    private static final String HOOKS = "org.osgi.framework.hooks.";

    private static final String PATH = searched(System.getenv("PATH"));

    private CodeActs() {}

    static Map<String, Act> named() {
        return Map.of(
                "reflect.member",
                (who, arguments) -> member(who, arguments[0]),
                "reflect.members",
                CodeActs::members,
                "reflect.class",
                (who, arguments) -> deep(who, (Class<?>) arguments[0]),
                "reflect.name",
                CodeActs::name,
                "reflect.loader",
                (who, arguments) -> through(who, (ClassLoader) arguments[0], (String) arguments[1]),
                "reflect.proxy",
                CodeActs::proxy,
                "reflect.walker",
                CodeActs::walker,
                "native.load",
                (who, arguments) -> List.of(Need.named("native", "load", String.valueOf(arguments[1]))),
                // To load a library is asked for by itself.
                "native.ffm",
                (who, arguments) -> arguments[1] == System.class || arguments[1] == Runtime.class
                        ? List.of()
                        : List.of(Need.named("native", "ffm", Need.ALL)),
                "process.exec",
                CodeActs::exec);
    }

    static boolean isFree(String type, String action, String name) {
        return type.equals("prop") && action.equals("read") && FREE_PROPERTIES.contains(name);
    }

    private static List<Need> member(Confined who, @Nullable Object object) {
        return object instanceof Member member ? deep(who, member.getDeclaringClass()) : List.of();
    }

    private static List<Need> members(Confined who, Object[] arguments) {
        List<Need> needs = new ArrayList<>();
        if (arguments[0] instanceof AccessibleObject[] objects) {
            // Nobody changes the copy between this and the use.
            AccessibleObject[] copy = objects.clone();
            for (AccessibleObject object : copy) {
                needs.addAll(member(who, object));
            }
            arguments[0] = copy;
        }
        return needs;
    }

    private static List<Need> deep(Confined who, @Nullable Class<?> type) {
        return type == null || who.domains().of(type) == who
                ? List.of()
                : List.of(Need.named("reflect", "deep", type.getPackageName()));
    }

    /** By name, through a loader that is given. */
    private static List<Need> name(Confined who, Object[] arguments) {
        ClassLoader loader = (ClassLoader) arguments[1];
        return loader == null ? List.of() : through(who, loader, (String) arguments[0]);
    }

    private static List<Need> through(Confined who, ClassLoader loader, @Nullable String name) {
        if (name == null || Domains.isJdk(loader) || who.domains().of(loader) == who) {
            return List.of();
        }
        String dotted = name.replace('/', '.');
        // Of these there are none but Java's own, whoever is asked.
        if (dotted.startsWith("java.") || API.stream().anyMatch(dotted::startsWith) && !dotted.startsWith(HOOKS)) {
            return List.of();
        }
        int dot = dotted.lastIndexOf('.');
        return List.of(Need.named("reflect", "package", dot < 0 ? dotted : dotted.substring(0, dot)));
    }

    /** What a handler of the JDK does, it does in nobody's name. */
    private static List<Need> proxy(Confined who, Object[] arguments) {
        return arguments[0] != null && Domains.isJdk(arguments[0].getClass().getClassLoader())
                ? List.of(Need.named(
                        "reflect", "trampoline", arguments[0].getClass().getName()))
                : List.of();
    }

    private static List<Need> walker(Confined who, Object[] arguments) {
        Object options = arguments[0];
        boolean classes = options == StackWalker.Option.RETAIN_CLASS_REFERENCE;
        if (options instanceof Collection<?> some) {
            Set<Object> copy = new java.util.HashSet<>();
            for (Object option : some) {
                copy.add(option);
                classes |= option == StackWalker.Option.RETAIN_CLASS_REFERENCE;
            }
            arguments[0] = copy;
        }
        return classes ? List.of(Need.named("reflect", "package", Need.ALL)) : List.of();
    }

    /** As execvp(3) finds the program, in the folder in which the process begins. */
    private static List<Need> exec(Confined who, Object[] arguments) {
        String[] command = (String[]) arguments[0];
        String program = command.length == 0 || command[0] == null ? "" : command[0];
        String folder = arguments[1] instanceof String text ? text : "";
        String target = program.indexOf('/') < 0 ? program : in(folder, program);
        Predicate<Permissions> test = granted -> {
            String real = RealPaths.of(target.indexOf('/') < 0 ? found(folder, target) : target, true);
            return real != null && granted.permits("process", "exec", real);
        };
        // Where a name leads depends on what lies in folders, so no answer is kept.
        return List.of(new Need("process", "exec", target, test, ""));
    }

    private static String in(String folder, String path) {
        return folder.isEmpty() || path.startsWith("/") ? path : folder + '/' + path;
    }

    /** Where execvp(3) looks for programs; without the variable, as in a worker, where the JDK has it look (childproc.c). */
    static String searched(@Nullable String variable) {
        return variable == null ? ":/bin:/usr/bin" : variable;
    }

    private static String found(String start, String program) {
        for (String folder : PATH.split(File.pathSeparator, -1)) {
            String path = in(start, (folder.isEmpty() ? "." : folder) + '/' + program);
            File file = new File(path);
            if (file.isFile() && file.canExecute()) {
                return path;
            }
        }
        return program;
    }
}
