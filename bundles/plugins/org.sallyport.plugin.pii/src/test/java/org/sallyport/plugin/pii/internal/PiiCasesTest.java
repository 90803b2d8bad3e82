package org.sallyport.plugin.pii.internal;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.sallyport.plugin.scan.Cases;

@DisplayName("The recorded cases")
class PiiCasesTest {
    @TestFactory
    @DisplayName("come out as recorded")
    Stream<DynamicTest> cases() {
        return new Cases(new PiiFilter(), PiiCasesTest.class, "cases.jsonl").tests();
    }
}
