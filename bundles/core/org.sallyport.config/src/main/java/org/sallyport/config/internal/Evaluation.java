package org.sallyport.config.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.config.SettingsFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges texts and asks everybody who knows something of them. Changes nothing. Thread-safe.
 *
 * @param defaults the built-in defaults
 * @param overrides what the command line said
 * @param settings checks by schema
 * @param pids what the platform can be configured with, now
 * @param validators who else is asked, now
 */
record Evaluation(
        Layer defaults,
        Layer overrides,
        SettingsFactory settings,
        Supplier<PlatformPids> pids,
        Supplier<List<Configuration.Validator>> validators) {
    /** Most problems that are kept. */
    static final int MAX_PROBLEMS = 200;

    private static final Logger log = LoggerFactory.getLogger(Evaluation.class);

    /**
     * What came out.
     *
     * @param candidate the merged entries
     * @param problems what is wrong; the candidate may be applied only if this is empty
     */
    record Result(Candidate candidate, List<Problem> problems) {
        boolean good() {
            return problems.isEmpty();
        }
    }

    Result of(List<ConfigFiles.Text> files) {
        Candidate candidate = Candidate.of(
                defaults, files.stream().map(ConfigFiles.Text::layer).toList(), overrides);
        List<Problem> problems = new ArrayList<>(candidate.problems());
        // Half a text says nothing about the whole: values are looked at once the texts are right.
        if (problems.isEmpty()) {
            problems.addAll(values(candidate));
        }
        return new Result(
                candidate,
                problems.stream().limit(MAX_PROBLEMS).map(candidate::located).toList());
    }

    private List<Problem> values(Candidate candidate) {
        List<Problem> problems = new ArrayList<>(pids.get().check(candidate, settings));
        Configuration.Snapshot snapshot = new Configuration.Snapshot(0, candidate.entries());
        for (Configuration.Validator validator : validators.get()) {
            try {
                problems.addAll(validator.validate(snapshot));
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                // Who cannot check has not agreed.
                log.error("Validator [{}] failed", validator.getClass().getName(), e);
                problems.add(Problem.of(
                        "", "", "The check by [" + validator.getClass().getName() + "] failed: " + e));
            }
        }
        return problems;
    }
}
