package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The cause of a failure in one sentence")
class CausesTest {
    @Test
    @DisplayName("comes from the innermost throwable")
    void innermost() {
        assertThat(Causes.sentence(new IllegalStateException("outer", new Exception("inner"))))
                .isEqualTo("Exception: inner");
        assertThat(Causes.sentence(new IllegalStateException())).isEqualTo("IllegalStateException");
    }

    @Test
    @DisplayName("is in words for what is common")
    void known() {
        assertThat(Causes.sentence(new NoClassDefFoundError("com/acme/Foo")))
                .isEqualTo("class com.acme.Foo is missing; import its package or embed it in the bundle");
        assertThat(Causes.sentence(new ClassNotFoundException("com.acme.Foo not found by x [12]")))
                .isEqualTo("class com.acme.Foo is missing; import its package or embed it in the bundle");
        assertThat(Causes.sentence(new NoClassDefFoundError("Could not initialize class com.acme.Foo")))
                .isEqualTo("the static initialiser failed of class com.acme.Foo");
        assertThat(Causes.sentence(new StackOverflowError()))
                .isEqualTo("it called itself without end (StackOverflowError)");
        assertThat(Causes.sentence(new OutOfMemoryError("Java heap space")))
                .isEqualTo("there was not enough memory (Java heap space)");
        assertThat(Causes.sentence(new UnsupportedClassVersionError("X 65.0")))
                .isEqualTo("it needs a newer Java: X 65.0");
    }

    @Test
    @DisplayName("is one line of at most 300 characters without control characters")
    void bounded() {
        assertThat(Causes.sentence(new IllegalStateException("a\nb\u001b[31m\tc")))
                .isEqualTo("IllegalStateException: a b [31m c");
        assertThat(Causes.cut("x".repeat(300))).isEqualTo("x".repeat(300));
        assertThat(Causes.cut("x".repeat(301))).isEqualTo("x".repeat(300) + "…");
        assertThat(Causes.cut("x".repeat(299) + "😀")).isEqualTo("x".repeat(299) + "…");
    }

    @Test
    @DisplayName("survives throwables that throw when they are asked")
    void hostile() {
        assertThat(Causes.sentence(new Hostile()))
                .isEqualTo(
                        "it threw [org.sallyport.admission.internal.CausesTest$Hostile], which cannot be asked for more");
        assertThat(Causes.sentence(new Deep())).isEqualTo("CausesTest$Deep: deep");
        assertThat(Causes.sentence(new Round())).isEqualTo("CausesTest$Round: round");
    }

    @Test
    @DisplayName("is read from a stack trace, from the last line that names a cause")
    void trace() {
        assertThat(Causes.fromTrace("java.lang.RuntimeException: outer\n\tat x.Y.z(Y.java:1)\n"
                        + "Caused by: java.lang.NoClassDefFoundError: com/acme/Foo\n\t... 3 more\n"))
                .isEqualTo("class com.acme.Foo is missing; import its package or embed it in the bundle");
        assertThat(Causes.fromTrace("java.lang.IllegalStateException: not today\n\tat x"))
                .isEqualTo("IllegalStateException: not today");
        assertThat(Causes.fromTrace("java.lang.IllegalStateException\n\tat x")).isEqualTo("IllegalStateException");
        assertThat(Causes.fromTrace("")).isEmpty();
    }

    private static class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new StackOverflowError();
        }
    }

    /** Has a new cause each time. */
    private static final class Deep extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Deep() {
            super("deep");
        }

        @Override
        public synchronized Throwable getCause() {
            return new Deep();
        }
    }

    /** Is its own cause's cause. */
    private static final class Round extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Round() {
            super("round");
        }

        @Override
        public synchronized Throwable getCause() {
            return this;
        }
    }
}
