package org.sallyport.spi.config;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/** Names of component properties by members of an annotation type (OSGi Compendium 8, section 112.8.2.1). */
final class PropertyNames {
    private PropertyNames() {}

    /** The property that a member stands for, with the type's {@code PREFIX_}. */
    static String of(Class<? extends Annotation> definition, Method member) {
        String mapped = member.getName().equals("value") && singleElement(definition)
                ? ofType(definition.getSimpleName())
                : unmangled(member.getName());
        return prefix(definition) + mapped;
    }

    private static boolean singleElement(Class<? extends Annotation> definition) {
        for (Method member : definition.getDeclaredMethods()) {
            boolean counts = !Modifier.isStatic(member.getModifiers()) && !member.isSynthetic();
            if (counts && !member.getName().equals("value") && member.getDefaultValue() == null) {
                return false;
            }
        }
        return true;
    }

    /** {@code ServiceRanking} becomes {@code service.ranking}. */
    static String ofType(String simpleName) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < simpleName.length(); i++) {
            char c = simpleName.charAt(i);
            boolean begins = i > 0 && Character.isUpperCase(c) && !Character.isUpperCase(simpleName.charAt(i - 1));
            name.append(begins ? "." : "").append(Character.toLowerCase(c));
        }
        return name.toString();
    }

    /** Undoes what stands for characters that a Java name cannot have. */
    static String unmangled(String member) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < member.length(); i++) {
            char c = member.charAt(i);
            if (member.startsWith("$_$", i)) {
                name.append('-');
                i += 2;
            } else if (member.startsWith("$$", i) || member.startsWith("__", i)) {
                name.append(c);
                i++;
            } else if (c == '_') {
                name.append('.');
            } else if (c != '$') {
                name.append(c);
            }
        }
        return name.toString();
    }

    private static String prefix(Class<? extends Annotation> definition) {
        try {
            Field field = definition.getDeclaredField("PREFIX_");
            field.setAccessible(true);
            return field.get(null) instanceof String prefix ? prefix : "";
        } catch (ReflectiveOperationException | RuntimeException none) {
            return "";
        }
    }
}
