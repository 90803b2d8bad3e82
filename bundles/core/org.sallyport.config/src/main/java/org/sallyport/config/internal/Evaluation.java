package org.sallyport.config.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
     * @param doubts what may become right by itself
     */
    record Result(Candidate candidate, List<Problem> problems, List<Problem> doubts) {
        boolean good() {
            return problems.isEmpty();
        }

        /** Problems and doubts. */
        List<Problem> all() {
            return Stream.concat(problems.stream(), doubts.stream())
                    .limit(MAX_PROBLEMS)
                    .toList();
        }

        /** The doubts about entries that are not the same in what holds. */
        List<Problem> newDoubts(Configuration.Snapshot holds) {
            return doubts.stream()
                    .filter(doubt -> !Objects.equals(
                            candidate.entries().get(doubt.key()),
                            holds.entries().get(doubt.key())))
                    .toList();
        }
    }

    Result of(List<ConfigFiles.Text> files) {
        Candidate candidate = Candidate.of(
                defaults, files.stream().map(ConfigFiles.Text::layer).toList(), overrides);
        List<Problem> problems = new ArrayList<>(candidate.problems());
        List<Problem> doubts = List.of();
        // Half a text says nothing about the whole: values are looked at once the texts are right.
        if (problems.isEmpty()) {
            Configuration.Snapshot snapshot = new Configuration.Snapshot(0, candidate.entries());
            problems.addAll(pids.get().check(candidate, settings));
            problems.addAll(ask(validator -> validator.validate(snapshot)));
            doubts = ask(validator -> validator.doubts(snapshot));
        }
        return new Result(candidate, located(candidate, problems), located(candidate, doubts));
    }

    private static List<Problem> located(Candidate candidate, List<Problem> problems) {
        return problems.stream().limit(MAX_PROBLEMS).map(candidate::located).toList();
    }

    private List<Problem> ask(Function<Configuration.Validator, List<Problem>> question) {
        List<Problem> problems = new ArrayList<>();
        for (Configuration.Validator validator : validators.get()) {
            try {
                problems.addAll(question.apply(validator));
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
