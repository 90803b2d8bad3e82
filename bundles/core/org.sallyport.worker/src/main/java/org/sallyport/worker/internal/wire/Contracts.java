package org.sallyport.worker.internal.wire;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces whose objects one side may call on the other: those of the API and of plugin types, our own, and three of
 * the JDK that the API takes as arguments. A method goes over by its place among the interface's methods in order, which is
 * the same on both sides, as both have the same classes. Thread-safe.
 */
public final class Contracts {
    private static final Map<String, Class<?>> OTHERS = Map.of(
            UnaryOperator.class.getName(), UnaryOperator.class,
            Consumer.class.getName(), Consumer.class,
            AutoCloseable.class.getName(), AutoCloseable.class,
            Boot.class.getName(), Boot.class,
            HostLog.class.getName(), HostLog.class,
            HostNet.class.getName(), HostNet.class,
            HostUse.class.getName(), HostUse.class);

    private static final Set<String> PACKAGES = Set.of("org.sallyport.api.", "org.sallyport.type.");
    private static final int LONGEST_NAME = 200;

    private final Function<String, @Nullable Class<?>> loader;
    private final Map<String, Class<?>> known = new ConcurrentHashMap<>(OTHERS);
    private final Map<Class<?>, Table> tables = new ConcurrentHashMap<>();

    /** @param loader finds a class of the API or a plugin type by name; null if there is none */
    public Contracts(Function<String, @Nullable Class<?>> loader) {
        this.loader = loader;
    }

    private record Table(Method[] methods, Map<Method, Integer> places) {
        static Table of(Class<?> contract) {
            Method[] methods = Arrays.stream(contract.getMethods())
                    .filter(method -> !Modifier.isStatic(method.getModifiers()))
                    .sorted(Comparator.comparing(Contracts::signature))
                    .toArray(Method[]::new);
            Map<Method, Integer> places = new HashMap<>();
            for (int i = 0; i < methods.length; i++) {
                places.put(methods[i], i);
            }
            return new Table(methods, places);
        }
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.toString(method.getParameterTypes())
                + method.getReturnType()
                + method.getDeclaringClass().getName();
    }

    /** Whether objects can be called by this interface. */
    static boolean isContract(Class<?> type) {
        return type.isInterface()
                && !type.isAnnotation()
                && (OTHERS.get(type.getName()) == type
                        || PACKAGES.stream().anyMatch(start -> type.getName().startsWith(start)));
    }

    /**
     * The interface of that name.
     *
     * @throws ProtocolException if objects cannot be called by it
     */
    public Class<?> find(String name) throws ProtocolException {
        Class<?> contract = known.get(name);
        if (contract != null) {
            return contract;
        }
        if (name.length() <= LONGEST_NAME && PACKAGES.stream().anyMatch(name::startsWith)) {
            contract = loader.apply(name);
            if (contract != null && contract.getName().equals(name) && isContract(contract)) {
                known.put(name, contract);
                return contract;
            }
        }
        throw new ProtocolException("the name of an interface that is no contract");
    }

    /** The interfaces of those names. */
    List<Class<?>> find(List<String> names) throws ProtocolException {
        Class<?>[] contracts = new Class<?>[names.size()];
        for (int i = 0; i < contracts.length; i++) {
            contracts[i] = find(names.get(i));
        }
        return List.of(contracts);
    }

    private Table table(Class<?> contract) {
        Table table = tables.get(contract);
        return table != null ? table : tables.computeIfAbsent(contract, Table::of);
    }

    /** The place of a method; -1 if the interface has none like it. */
    int place(Class<?> contract, Method method) {
        return table(contract).places().getOrDefault(method, -1);
    }

    Method method(Class<?> contract, int place) throws ProtocolException {
        Method[] methods = table(contract).methods();
        if (place < 0 || place >= methods.length) {
            throw new ProtocolException("the number of a method that the interface does not have");
        }
        return methods[place];
    }
}
