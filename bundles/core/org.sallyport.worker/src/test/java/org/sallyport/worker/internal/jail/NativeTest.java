package org.sallyport.worker.internal.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@DisplayName("Native code")
class NativeTest {
    @Test
    @DisplayName("is called on Linux alone, on processors that are known, from Java 22 on; else it is said why not")
    void causes() {
        assertThat(Native.cause(25, "Mac OS X", "aarch64")).isEqualTo("this is [Mac OS X], and not Linux");
        assertThat(Native.cause(25, "Linux", "riscv64"))
                .isEqualTo("nobody has written the numbers of system calls down for [riscv64]; they are known for"
                        + " [AMD64, AARCH64]");
        assertThat(Native.cause(21, "Linux", "amd64"))
                .isEqualTo("Java [22] is the first that can call the system, and this is [21]");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    @DisplayName("cannot be called from this Java, and everything that needs it says so")
    void old() {
        assertThatThrownBy(Native::open).isInstanceOf(IOException.class).hasMessageContaining("Java [22] is the first");
        assertThatThrownBy(JailedProcess::probe).hasMessageContaining("Java [22] is the first");
        assertThatThrownBy(Landlock::new).hasMessageContaining("Java [22] is the first");
        assertThatThrownBy(Seccomp::lock).hasMessageContaining("Java [22] is the first");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    @DisplayName("is called with its numbers, gives its own and that of an error, and is not there by a wrong name")
    void calls() throws Exception {
        Native system = Native.open();
        assertThat(system.function("getpid").call())
                .isEqualTo((int) ProcessHandle.current().pid());
        assertThatThrownBy(() -> system.function("close").call(-1)).hasMessage("[close] failed with the error [9]");
        assertThatThrownBy(() -> system.function("no_such_function"))
                .hasMessage("the C library of this machine has no [no_such_function]");
        assertThatThrownBy(() -> system.text("a\0b")).hasMessage("[a?b] has a zero in it");
        Native.Memory texts = system.texts(List.of("a", "bc"));
        assertThat(texts.bytes().getLong(0)).isNotZero();
        assertThat(texts.bytes().getLong(16)).isZero();
        assertThat(system.function("strlen").call(texts.bytes().getLong(8))).isEqualTo(2);
    }

    @Test
    @DisplayName("handles all rights that a version of Landlock knows, and of a later one those it knows itself")
    void rights() {
        assertThat(Landlock.handled(1)).isEqualTo(0x1fff);
        assertThat(Landlock.handled(2)).isEqualTo(0x3fff);
        assertThat(Landlock.handled(3)).isEqualTo(0x7fff);
        assertThat(Landlock.handled(4)).isEqualTo(0x7fff);
        assertThat(Landlock.handled(5)).isEqualTo(0xffff);
        assertThat(Landlock.handled(9)).isEqualTo(0xffff);
    }
}
