package org.sallyport.plugin.injection.internal;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.sallyport.plugin.scan.Cases;

@DisplayName("The recorded cases")
class InjectionCasesTest {
    @TestFactory
    @DisplayName("come out as recorded")
    Stream<DynamicTest> cases() {
        return new Cases(new InjectionDefence(), InjectionCasesTest.class, "cases.jsonl").tests();
    }
}
