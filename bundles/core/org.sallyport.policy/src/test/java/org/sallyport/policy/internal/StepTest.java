package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The code that a plugin gives as its reason")
class StepTest {
    /** As long as one may be. */
    private static final String LONG = "abcdefghijabcdefghijabcdefghijabcdefghij";

    @ParameterizedTest
    @ValueSource(strings = {"a", "z", "secret.found", "x0_9.-", "a-", LONG})
    @DisplayName("is shown if it has the form of one")
    void isCode(String code) {
        assertThat(Step.checkedCode(code)).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A", "0a", "-a", "_a", ".", "aB", "a b", "a\n", "a/", "a:", "a`", "a{", "\u00e4", LONG + "a"
            })
    @DisplayName("is not shown if it may hold something else")
    void isNoCode(String code) {
        assertThat(Step.checkedCode(code)).isEqualTo("unspecified");
    }
}
