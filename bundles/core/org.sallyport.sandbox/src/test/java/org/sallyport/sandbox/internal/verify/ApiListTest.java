package org.sallyport.sandbox.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.Type;

@DisplayName("The list of what is open to confined plugins")
class ApiListTest {
    private static final int HERE = Runtime.version().feature();

    private final ApiList list = ApiList.load(HERE);

    @Test
    @DisplayName("has no row that hits nothing on this Java")
    void everyRowHits() {
        List<String> missed = new ArrayList<>();
        for (ApiList.Row row : list.rows()) {
            if (row.name().endsWith(".*")) {
                continue;
            }
            try {
                Class<?> type = Class.forName(row.name(), false, getClass().getClassLoader());
                row.members().stream()
                        .filter(member -> !member.equals("*") && !declares(type, member))
                        .forEach(member -> missed.add(row.name() + ": " + member));
            } catch (ClassNotFoundException e) {
                // A plugin type's class is no dependency of this bundle, Declarative Services' classes are.
                missed.add(row.name());
            }
        }

        assertThat(list.rows()).hasSizeGreaterThan(500);
        assertThat(missed).isEmpty();
    }

    private static boolean declares(Class<?> type, String member) {
        if (member.equals("new") || member.startsWith("new(")) {
            return Stream.of(type.getDeclaredConstructors())
                    .anyMatch(one -> member.equals("new")
                            || member.equals("new" + ApiList.parameters(Type.getConstructorDescriptor(one))));
        } else if (member.contains("(")) {
            return Stream.of(type.getDeclaredMethods())
                    .anyMatch(one -> member.equals(one.getName() + ApiList.parameters(Type.getMethodDescriptor(one))));
        }
        return Stream.<Member>concat(Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredFields()))
                .anyMatch(one -> one.getName().equals(member));
    }

    @Test
    @DisplayName("opens to all no member that takes or makes what runs code, loads code or reaches out of the process")
    void nothingPowerful() {
        Set<String> powerful = Set.of(
                "java.lang.ClassLoader",
                "java.lang.Module",
                "java.lang.Process",
                "java.lang.ProcessHandle",
                "java.lang.Runtime",
                "java.lang.ThreadGroup",
                "java.lang.reflect.Method",
                "java.lang.reflect.Field",
                "java.lang.reflect.Constructor",
                "java.io.File",
                "java.nio.file.Path",
                "java.io.ObjectInputStream",
                "java.net.Socket",
                "java.net.URL",
                "java.security.Provider",
                "java.util.concurrent.ExecutorService");
        List<String> found = new ArrayList<>();
        Jdk jdk = new Jdk();
        for (ApiList.Row row : list.rows()) {
            if (row.section().equals("always")) {
                try {
                    for (Method method : Class.forName(row.name()).getDeclaredMethods()) {
                        String owner = row.name().replace('.', '/');
                        boolean open =
                                list.refusedMember(owner, method.getName(), Type.getMethodDescriptor(method), Set.of())
                                                == null
                                        && jdk.declaring(owner, method.getName(), Type.getMethodDescriptor(method))
                                                .isPresent();
                        if (open && powerful.contains(method.getReturnType().getName())) {
                            found.add(row.name() + "." + method.getName());
                        }
                        for (Class<?> parameter : method.getParameterTypes()) {
                            if (open && powerful.contains(parameter.getName())) {
                                found.add(row.name() + "." + method.getName());
                            }
                        }
                    }
                } catch (ClassNotFoundException e) {
                    throw new AssertionError(e);
                }
            }
        }

        assertThat(found).isEmpty();
    }

    @Test
    @DisplayName("knows sections for some releases, signatures and permissions")
    void sections() {
        String text = """
                # comment
                @ always
                java.lang.String: length
                    charAt
                @ always since 25
                java.lang.String: later
                @ always until 24
                java.lang.String: gone
                @ file.read file.write
                java.io.File: new(java.lang.String) exists
                """;
        ApiList old = ApiList.parse(text, 17);
        ApiList young = ApiList.parse(text, 25);

        assertThat(old.refusedMember("java/lang/String", "charAt", "(I)C", Set.of()))
                .isNull();
        assertThat(old.refusedMember("java/lang/String", "later", "()V", Set.of()))
                .isEmpty();
        assertThat(young.refusedMember("java/lang/String", "later", "()V", Set.of()))
                .isNull();
        assertThat(old.refusedMember("java/lang/String", "gone", "()V", Set.of()))
                .isNull();
        assertThat(young.refusedMember("java/lang/String", "gone", "()V", Set.of()))
                .isEmpty();
        assertThat(old.refusedMember("java/io/File", "<init>", "(Ljava/lang/String;)V", Set.of()))
                .containsExactly("file.read", "file.write");
        assertThat(old.refusedMember("java/io/File", "<init>", "(Ljava/lang/String;)V", Set.of("file.write")))
                .isNull();
        assertThat(old.refusedMember("java/io/File", "<init>", "(Ljava/net/URI;)V", Set.of("file.write")))
                .isEmpty();
        assertThat(old.refusedClass("java/io/File", Set.of())).containsExactly("file.read", "file.write");
        assertThat(old.refusedClass("java/io/Other", Set.of())).isEmpty();
    }
}
