package org.sallyport.gateway.internal.cases;

import java.util.List;

/**
 * What came of a file of cases.
 *
 * @param passed how many came out as expected
 * @param failed how many binding ones did not
 * @param misses those that did not, the others included
 */
record CaseReport(int passed, int failed, List<Miss> misses) {
    CaseReport {
        misses = List.copyOf(misses);
    }

    /**
     * A case that did not come out as expected.
     *
     * @param line of the file, from 1
     * @param differences expected and actual values
     */
    record Miss(String id, String area, int line, boolean binding, List<String> differences) {
        Miss {
            differences = List.copyOf(differences);
        }
    }

    /** Each miss with its differences; the last line is {@code N passed, M failed}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Miss miss : misses) {
            text.append(miss.binding() ? "FAILED " : "missed, but not binding: ")
                    .append(miss.id())
                    .append(" (line ")
                    .append(miss.line())
                    .append(miss.area().isEmpty() ? "" : ", " + miss.area())
                    .append(")\n");
            miss.differences().forEach(each -> text.append("    ").append(each).append('\n'));
        }
        long tolerated = misses.stream().filter(miss -> !miss.binding()).count();
        if (tolerated > 0) {
            text.append(tolerated).append(" missed that are not binding\n");
        }
        return text.append(passed)
                .append(" passed, ")
                .append(failed)
                .append(" failed")
                .toString();
    }
}
