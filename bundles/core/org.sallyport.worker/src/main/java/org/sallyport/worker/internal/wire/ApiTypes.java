package org.sallyport.worker.internal.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.HealthReporter;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;

/** The records and enumerations of the API, and the types of payloads of hooks, by their place in a list. */
final class ApiTypes {
    private static final List<Class<?>> TYPES = List.of(
            Scope.class,
            HealthReporter.Health.class,
            Events.Event.class,
            PolicyReport.Stage.class,
            PluginId.class,
            Outcome.class,
            PolicyDecision.Kind.class,
            Stage.class,
            DisplayScope.class,
            TrustLevel.class);

    private static final List<Class<?>> PAYLOADS = List.of(
            String.class,
            Document.class,
            Integer.class,
            Long.class,
            Boolean.class,
            Double.class,
            byte[].class,
            List.class,
            java.util.Map.class,
            Object.class);

    private static final Shape[] SHAPES = TYPES.stream()
            .map(type -> type.isRecord() ? Shape.of(type) : new Shape(null, List.of()))
            .toArray(Shape[]::new);

    private ApiTypes() {}

    /**
     * How a record is read and made.
     *
     * @param maker its constructor; null for what is no record
     */
    record Shape(@Nullable Constructor<?> maker, List<RecordComponent> components) {
        private static Shape of(Class<?> type) {
            List<RecordComponent> components = List.of(type.getRecordComponents());
            try {
                return new Shape(
                        type.getDeclaredConstructor(components.stream()
                                .map(RecordComponent::getType)
                                .toArray(Class<?>[]::new)),
                        components);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("Every record has its constructor", e);
            }
        }

        int size() throws ProtocolException {
            if (maker == null) {
                throw new ProtocolException("a record of no type");
            }
            return components.size();
        }

        Object make(@Nullable Object[] values) throws ProtocolException {
            for (Object value : values) {
                if (value == null) {
                    throw new ProtocolException("a record with nothing in it");
                }
            }
            try {
                return maker.newInstance(values);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                throw new ProtocolException("a record with other values than its own");
            }
        }
    }

    /** The place of a type; -1 if it is none of them. */
    static int place(Class<?> type) {
        return TYPES.indexOf(type);
    }

    static Shape shape(int place) throws ProtocolException {
        if (place >= SHAPES.length) {
            throw new ProtocolException("a record of no type");
        }
        return SHAPES[place];
    }

    static Object[] components(Record record) {
        return SHAPES[place(record.getClass())].components().stream()
                .map(component -> {
                    try {
                        return component.getAccessor().invoke(record);
                    } catch (IllegalAccessException | InvocationTargetException e) {
                        throw new IllegalArgumentException("the record cannot be read", e);
                    }
                })
                .toArray();
    }

    static Object constant(int place, int ordinal) throws ProtocolException {
        Object[] constants = place < TYPES.size() ? TYPES.get(place).getEnumConstants() : null;
        if (constants == null || ordinal >= constants.length) {
            throw new ProtocolException("a constant of no type");
        }
        return constants[ordinal];
    }

    /**
     * The place of a hook's payload type.
     *
     * @throws IllegalArgumentException if it does not go over
     */
    static int payload(Class<?> type) {
        int place = PAYLOADS.indexOf(type);
        if (place < 0) {
            throw new IllegalArgumentException(
                    "hooks of a worker take and give [String], [Document], [Integer], [Long],"
                            + " [Boolean], [Double], [byte[]], [List] or [Map], not [" + type.getName() + "]");
        }
        return place;
    }

    static Class<?> payload(int place) throws ProtocolException {
        if (place >= PAYLOADS.size()) {
            throw new ProtocolException("a payload of no type");
        }
        return PAYLOADS.get(place);
    }
}
