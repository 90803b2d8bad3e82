package org.sallyport.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code java -jar benchmarks.jar TOPIC [BENCHMARK] [--short] [--out FILE] [JMH options]}: runs the benchmarks of one
 * topic, or those whose names match a regular expression, and writes their figures as CSV.
 *
 * <p>{@code --short} runs each once for a tenth of a second in one Java: it shows that they run, not how fast they are.
 */
public final class Main {
    private Main() {}

    /** What can be measured: the class of each topic is named for it. */
    private static final List<String> TOPICS = List.of("chain", "scan", "registry", "statistics", "hooks", "guard");

    public static void main(String[] args) throws Exception {
        if (args.length == 0 || !(TOPICS.contains(args[0]) || args[0].equals("all"))) {
            System.err.println("usage: java -jar benchmarks.jar all|" + String.join("|", TOPICS)
                    + " [BENCHMARK] [--short] [--out FILE] [JMH options]");
            System.exit(2);
        }
        List<String> rest = new ArrayList<>(List.of(args).subList(1, args.length));
        String names = rest.isEmpty() || rest.get(0).startsWith("-") ? ".*" : rest.remove(0);
        boolean brief = rest.remove("--short");
        Path out = Path.of("results", args[0] + ".csv");
        int at = rest.indexOf("--out");
        if (at >= 0 && at + 1 < rest.size()) {
            out = Path.of(rest.get(at + 1));
            rest.subList(at, at + 2).clear();
        }
        Files.createDirectories(out.toAbsolutePath().getParent());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .parent(new CommandLineOptions(rest.toArray(new String[0])))
                .include(include(args[0].equals("all") ? TOPICS : List.of(args[0])) + "(" + names + ")$")
                .resultFormat(ResultFormatType.CSV)
                .result(out.toString())
                .addProfiler(CpuTime.class)
                .shouldFailOnError(true);
        if (brief) {
            TimeValue once = TimeValue.milliseconds(100);
            options.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(once);
        }
        new Runner(options.build()).run();
        System.out.println("wrote " + out.toAbsolutePath());
    }

    /** The benchmark classes of these topics: {@code ChainBenchmark}, {@code ScanBenchmark}, … */
    private static String include(List<String> topics) {
        return topics.stream()
                .map(topic -> topic.substring(0, 1).toUpperCase(Locale.ROOT) + topic.substring(1))
                .collect(Collectors.joining("|", "\\.(", ")[A-Za-z]*Benchmark\\."));
    }
}
