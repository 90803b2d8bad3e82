package org.sallyport.plugin.injection.internal;

import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.plugin.scan.Linear;

@DisplayName("The scan for injections")
class InjectionLinearTest {
    @Test
    @DisplayName("reads a text's characters a bounded number of times, whatever the text")
    void linear() {
        for (Sensitivity sensitivity : Sensitivity.values()) {
            Linear.assertLinear(new InjectionDetector(EnumSet.allOf(Method.class), sensitivity));
        }
    }
}
