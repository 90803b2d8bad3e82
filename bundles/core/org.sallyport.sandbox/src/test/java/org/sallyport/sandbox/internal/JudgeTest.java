package org.sallyport.sandbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.sandbox.internal.verify.Verifier.Finding;

@DisplayName("What would open a plugin that is refused")
class JudgeTest {
    private static Finding opened(String... by) {
        return new Finding("its class [x]", "uses [y]", List.of(by));
    }

    @Test
    @DisplayName("is the one permission that opens all, whatever else would open some")
    void fewest() {
        assertThat(Judge.opening(List.of(opened("file.read", "file.write"), opened("file.write"))))
                .containsExactly("file.write");
        assertThat(Judge.opening(List.of(
                        opened("net.connect", "net.udp"), opened("net.udp", "net.listen"), opened("thread.create"))))
                .containsExactly("net.udp", "thread.create");
    }

    @Test
    @DisplayName("is nothing if nothing opens one thing")
    void nothing() {
        assertThat(Judge.opening(List.of(opened("file.read"), opened()))).isEmpty();
    }
}
