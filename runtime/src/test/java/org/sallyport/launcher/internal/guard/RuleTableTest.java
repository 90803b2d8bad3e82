package org.sallyport.launcher.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.osgi.framework.Bundle;
import org.sallyport.spi.sandbox.Guard;

@DisplayName("The guard's rules")
class RuleTableTest {
    @Test
    @DisplayName("hit, each of them, on this JDK and this framework")
    void hit() throws Exception {
        RuleTable table = RuleTable.of(Runtime.version().feature());
        RuleWeaver weaver = new RuleWeaver(table, Bundle.class.getClassLoader());

        for (Map.Entry<String, List<Rule>> guarded : table.byClass().entrySet()) {
            byte[] woven = weaver.weave(bytes(guarded.getKey()), guarded.getValue());
            assertThat(new ClassReader(woven).getClassName()).isEqualTo(guarded.getKey());
        }

        assertThat(weaver.problems()).isEmpty();
        assertThat(table.rules()).hasSizeGreaterThan(200);
    }

    @Test
    @DisplayName("that hit nothing are named")
    void missed() throws Exception {
        RuleTable table = RuleTable.parse(17, List.of("* java/io/File exsits ()Z file.list all this"));
        RuleWeaver weaver = new RuleWeaver(table, null);

        weaver.weave(bytes("java/io/File"), table.rules());

        assertThat(weaver.problems()).containsExactly("rule [java/io/File.exsits()Z] hits nothing");
    }

    @Test
    @DisplayName("on a native method hit nothing, as nothing can be put before it")
    void nativeMethod() throws Exception {
        RuleTable table = RuleTable.parse(17, List.of("* java/lang/Thread start0 ()V thread.create all this"));
        RuleWeaver weaver = new RuleWeaver(table, null);

        weaver.weave(bytes("java/lang/Thread"), table.rules());

        assertThat(weaver.problems()).hasSize(1);
    }

    @Test
    @DisplayName("belong to releases")
    void releases() throws Exception {
        List<String> lines = List.of(
                "17 java/io/File exists ()Z file.list all this",
                "21,25 java/io/File length ()J file.list all this",
                "init java.io.File");

        assertThat(RuleTable.parse(17, lines).rules()).extracting(Rule::method).containsExactly("exists");
        assertThat(RuleTable.parse(25, lines).rules()).extracting(Rule::method).containsExactly("length");
        assertThat(RuleTable.parse(25, lines).ready()).containsExactly("java.io.File");
    }

    @Test
    @DisplayName("do not exist for a release that was not looked at, and the guard says so")
    void unknownRelease() {
        Guard.Status status = new RuntimeGuard(() -> null, 26, () -> null, true).arm();

        assertThat(status.armed()).isFalse();
        assertThat(status.cause())
                .isEqualTo(
                        "the guard was not armed: the guard has no rules for Java [26]; run it on one of [17, 21, 25]");
    }

    @Test
    @DisplayName("that are misspelt are refused with their line")
    void misspelt() {
        assertThatThrownBy(() -> RuleTable.parse(17, List.of("", "* java/io/File exists ()Z file.lsit all this")))
                .isInstanceOf(IOException.class)
                .hasMessage("line [2] of the guard's rules is wrong: there is no act [file.lsit]");
        assertThatThrownBy(() -> RuleTable.parse(17, List.of("* java/io/File exists")))
                .hasMessage("line [1] of the guard's rules has [3] words instead of 7");
    }

    @Test
    @DisplayName("are of no use without an agent, and the guard says so")
    void noAgent() {
        Guard.Status status = new RuntimeGuard(() -> null, Runtime.version().feature(), () -> null, true).arm();

        assertThat(status.armed()).isFalse();
        assertThat(status.cause())
                .isEqualTo(
                        "the guard was not armed: there is no agent; start with java -jar sallyport.jar, or with -javaagent:sallyport.jar");
    }

    private static byte[] bytes(String name) throws IOException {
        String file = name + ".class";
        for (Module module : ModuleLayer.boot().modules()) {
            try (InputStream in = module.getResourceAsStream(file)) {
                if (in != null) {
                    return in.readAllBytes();
                }
            }
        }
        try (InputStream in = RuleTableTest.class.getClassLoader().getResourceAsStream(file)) {
            return in.readAllBytes();
        }
    }
}
