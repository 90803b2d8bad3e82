package org.sallyport.plugin.pii.internal;

import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.plugin.scan.Linear;

@DisplayName("The scan for personal data")
class PiiLinearTest {
    @Test
    @DisplayName("reads a text's characters a bounded number of times, whatever the text")
    void linear() {
        Linear.assertLinear(new PiiDetector(EnumSet.allOf(PiiType.class)));
    }
}
