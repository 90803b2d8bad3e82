package org.sallyport.sandbox.internal.verify;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

/**
 * The classes of this Java, as far as members and their declaration go. Looks at JDK classes by reflection, without initialising
 * them; is asked for listed ones alone, so no name of a plugin makes it load anything. Thread-safe.
 */
public final class Jdk {
    private static final String OBJECT = "java/lang/Object";

    private final Map<String, Optional<Shape>> shapes = new ConcurrentHashMap<>();

    /**
     * @param members name and descriptor of all that is declared and not private
     * @param virtual those that can be overridden
     */
    private record Shape(boolean open, List<String> parents, Set<String> members, Set<String> virtual) {}

    /** Whether the name belongs to Java itself, whatever loads it. */
    static boolean owns(String name) {
        return name.startsWith("java/")
                || name.startsWith("javax/")
                || name.startsWith("jdk/")
                || name.startsWith("sun/")
                || name.startsWith("com/sun/");
    }

    boolean exists(String name) {
        return shape(name).isPresent();
    }

    /**
     * The class that declares a member that a class file names (JVMS 5.4.3.2 to 5.4.3.4). If it is none that a program can
     * name, the owner stands for it.
     */
    Optional<String> declaring(String owner, String name, String descriptor) {
        if (owner.equals("java/lang/invoke/VarHandle") || owner.equals("java/lang/invoke/MethodHandle")) {
            // Their methods take and give whatever the caller says.
            boolean there =
                    shape(owner).orElseThrow().members.stream().anyMatch(member -> member.startsWith(name + "("));
            return there ? Optional.of(owner) : Optional.empty();
        }
        return search(owner, owner, name + descriptor)
                .or(() -> shape(OBJECT)
                        .filter(shape -> shape.members.contains(name + descriptor) && !name.equals("<init>"))
                        .map(shape -> OBJECT));
    }

    private Optional<String> search(String owner, String at, String member) {
        Shape shape = shape(at).orElse(null);
        if (shape == null) {
            return Optional.empty();
        }
        if (shape.members.contains(member)) {
            return Optional.of(shape.open ? at : owner);
        }
        if (member.startsWith("<init>")) {
            return Optional.empty();
        }
        for (String parent : shape.parents) {
            // What an open class lends its name to is the one nearest to the declaration.
            Optional<String> found =
                    search(shape(parent).map(Shape::open).orElse(false) ? parent : owner, parent, member);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The classes that declare a method which one of that name and descriptor in a subclass would override or implement. */
    public Set<String> overridden(String type, String name, String descriptor) {
        Set<String> found = new HashSet<>();
        overridden(type, name + descriptor, found, new HashSet<>());
        return found;
    }

    private void overridden(String type, String member, Set<String> found, Set<String> seen) {
        if (seen.add(type)) {
            shape(type).ifPresent(shape -> {
                if (shape.virtual.contains(member)) {
                    found.add(type);
                }
                shape.parents.forEach(parent -> overridden(parent, member, found, seen));
                if (shape.parents.isEmpty() && !type.equals(OBJECT)) {
                    overridden(OBJECT, member, found, seen);
                }
            });
        }
    }

    private Optional<Shape> shape(String name) {
        Optional<Shape> known = shapes.get(name);
        if (known == null) {
            known = Optional.ofNullable(look(name));
            shapes.put(name, known);
        }
        return known;
    }

    private static @Nullable Shape look(String name) {
        try {
            Class<?> type = Class.forName(name.replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
            List<String> parents = new ArrayList<>();
            if (type.getSuperclass() != null) {
                parents.add(Type.getInternalName(type.getSuperclass()));
            }
            for (Class<?> parent : type.getInterfaces()) {
                parents.add(Type.getInternalName(parent));
            }
            Set<String> members = new HashSet<>();
            Set<String> virtual = new HashSet<>();
            for (Method method : type.getDeclaredMethods()) {
                add(members, method.getModifiers(), method.getName() + Type.getMethodDescriptor(method));
                if (!Modifier.isStatic(method.getModifiers()) && !Modifier.isFinal(method.getModifiers())) {
                    add(virtual, method.getModifiers(), method.getName() + Type.getMethodDescriptor(method));
                }
            }
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                add(members, constructor.getModifiers(), "<init>" + Type.getConstructorDescriptor(constructor));
            }
            for (Field field : type.getDeclaredFields()) {
                add(members, field.getModifiers(), field.getName() + Type.getDescriptor(field.getType()));
            }
            return new Shape(Modifier.isPublic(type.getModifiers()), parents, members, virtual);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    private static void add(Set<String> members, int modifiers, String member) {
        if (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)) {
            members.add(member);
        }
    }
}
