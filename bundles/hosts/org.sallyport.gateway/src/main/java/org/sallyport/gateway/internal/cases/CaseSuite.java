package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.List;

/** Runs cases one after the other. */
final class CaseSuite {
    private final CaseRunner runner;

    CaseSuite(CaseRunner runner) {
        this.runner = runner;
    }

    CaseReport run(List<Case> cases) {
        int passed = 0;
        int failed = 0;
        List<CaseReport.Miss> misses = new ArrayList<>();
        for (Case recorded : cases) {
            List<String> differences = runner.run(recorded);
            if (differences.isEmpty()) {
                passed++;
                continue;
            }
            misses.add(new CaseReport.Miss(
                    recorded.id(), recorded.area(), recorded.line(), recorded.binding(), differences));
            if (recorded.binding()) {
                failed++;
            }
        }
        return new CaseReport(passed, failed, misses);
    }
}
