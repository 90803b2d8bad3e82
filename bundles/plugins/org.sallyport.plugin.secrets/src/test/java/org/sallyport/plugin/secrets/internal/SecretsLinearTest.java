package org.sallyport.plugin.secrets.internal;

import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.plugin.scan.Linear;

@DisplayName("The scan for secrets")
class SecretsLinearTest {
    @Test
    @DisplayName("reads a text's characters a bounded number of times, whatever the text")
    void linear() {
        Linear.assertLinear(new SecretDetector(EnumSet.allOf(SecretType.class), null));
        Linear.assertLinear(new SecretDetector(EnumSet.noneOf(SecretType.class), new EntropyRule(5.0, 20)));
    }
}
