package org.sallyport.spi.config;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;

/**
 * Stands behind an annotation type and answers with settings. All values are converted when it is made, so that a
 * wrong one is found then and not in the midst of a message. Immutable.
 */
final class DefinitionView implements InvocationHandler {
    private final Class<? extends Annotation> definition;
    private final Map<String, @Nullable Object> values = new TreeMap<>();

    private DefinitionView(Class<? extends Annotation> definition, Document settings) {
        this.definition = definition;
        for (Method member : definition.getDeclaredMethods()) {
            if (!Modifier.isStatic(member.getModifiers()) && member.getParameterCount() == 0) {
                values.put(member.getName(), value(member, settings));
            }
        }
    }

    /**
     * The view.
     *
     * @throws SettingsException if a setting has no value of its member's type
     */
    static <A extends Annotation> A of(Class<A> definition, Document settings) {
        if (!definition.isAnnotation()) {
            throw new SettingsException("", "[" + definition.getName() + "] is no annotation type");
        }
        InvocationHandler handler = new DefinitionView(definition, settings);
        return definition.cast(
                Proxy.newProxyInstance(definition.getClassLoader(), new Class<?>[] {definition}, handler));
    }

    private @Nullable Object value(Method member, Document settings) {
        Document at = settings;
        StringBuilder path = new StringBuilder();
        for (String step : PropertyNames.of(definition, member).split("\\.", -1)) {
            at = at.get(step);
            path.append('/').append(step.replace("~", "~0").replace("/", "~1"));
        }
        if (!at.isNull()) {
            return new Conversion(path.toString()).to(member.getReturnType(), at);
        }
        return member.getDefaultValue() != null ? member.getDefaultValue() : Conversion.nothing(member.getReturnType());
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
        if (arguments != null && arguments.length == 1) {
            return proxy == arguments[0];
        }
        return switch (method.getName()) {
            case "annotationType" -> definition;
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "@" + definition.getName();
            default -> copied(values.get(method.getName()));
        };
    }

    /** An array could be changed by whoever gets it. */
    private static @Nullable Object copied(@Nullable Object value) {
        if (value == null || !value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object copy = Array.newInstance(value.getClass().getComponentType(), length);
        System.arraycopy(value, 0, copy, 0, length);
        return copy;
    }
}
