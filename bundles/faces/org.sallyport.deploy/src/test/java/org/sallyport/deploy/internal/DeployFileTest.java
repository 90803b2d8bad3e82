package org.sallyport.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is known of a file")
class DeployFileTest {
    private static final Fingerprint FIRST = new Fingerprint(1, FileTime.fromMillis(1), "1", "");
    private static final Fingerprint SECOND = new Fingerprint(2, FileTime.fromMillis(2), "1", "");

    private final DeployFile file = new DeployFile("a.jar");

    private void handOver(Fingerprint content) {
        file.found(content, 0);
        file.handedOver(content, 0);
    }

    @Test
    @DisplayName("is not what became of an older content, but for the plugin that it brought")
    void newest() {
        handOver(FIRST);
        handOver(SECOND);

        file.finished(FIRST, Outcome.brought("a"));
        assertThat(file.busy()).isTrue();
        assertThat(file.id()).isEqualTo("a");

        file.finished(SECOND, Outcome.failed("refused"));
        assertThat(file.busy()).isFalse();
        assertThat(file.failed("refused")).isTrue();
        assertThat(file.id()).isEqualTo("a");
    }

    @Test
    @DisplayName("counts for nothing if it changed on the way, so the same content is handed over again")
    void changed() {
        handOver(FIRST);
        assertThat(file.waiting()).isFalse();

        file.finished(FIRST, Outcome.CHANGED);
        assertThat(file.busy()).isFalse();
        assertThat(file.waiting()).isTrue();
    }

    @Test
    @DisplayName("says the same failure of the same content once, and again after a success")
    void told() {
        handOver(FIRST);
        assertThat(file.firstTold(FIRST, "no")).isTrue();
        assertThat(file.firstTold(FIRST, "no")).isFalse();
        assertThat(file.firstTold(FIRST, "never")).isTrue();
        assertThat(file.firstTold(SECOND, "never")).isTrue();

        file.finished(FIRST, Outcome.brought("a"));
        assertThat(file.firstTold(SECOND, "never")).isTrue();
    }
}
