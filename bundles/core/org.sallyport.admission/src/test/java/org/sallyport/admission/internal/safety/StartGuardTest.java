package org.sallyport.admission.internal.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A start that fails")
class StartGuardTest {
    @TempDir
    Path folder;

    private StartGuard guard() {
        return new StartGuard(folder.resolve("registry/starts"));
    }

    @Test
    @DisplayName("is counted, until one is good; an orderly end neither counts nor forgives")
    void counts() {
        assertThat(guard().begin()).isZero();
        assertThat(guard().begin()).isEqualTo(1);
        StartGuard orderly = guard();
        assertThat(orderly.begin()).isEqualTo(2);
        orderly.end();
        orderly.good();
        StartGuard good = guard();
        assertThat(good.begin()).isEqualTo(2);
        good.good();
        good.end();
        assertThat(guard().begin()).isZero();
        StartGuard again = guard();
        assertThat(again.begin()).isEqualTo(1);
        again.end();
        again.again();
        assertThat(guard().begin()).isEqualTo(1);
    }

    @Test
    @DisplayName("counts from none if the count is damaged, and is not counted without a folder")
    void damaged() throws Exception {
        guard().begin();
        Files.writeString(folder.resolve("registry/starts"), "x");
        assertThat(guard().begin()).isZero();
        StartGuard nowhere = new StartGuard(null);
        nowhere.begin();
        assertThat(nowhere.begin()).isZero();
    }
}
