package hostile;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import org.osgi.service.component.annotations.Component;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows PR. The argument {@code out} is where a file must not come to be. */
public final class ProcessAttacks {
    private ProcessAttacks() {}

    /** Start. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Pr01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "ProcessBuilder",
                    () -> "ended with "
                            + new ProcessBuilder("touch", steps.text("out") + "-builder")
                                    .start()
                                    .waitFor());
        }
    }

    /** Other ways to start. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Pr02 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "Runtime.exec",
                    () -> "ended with "
                            + Runtime.getRuntime()
                                    .exec(new String[] {"touch", steps.text("out") + "-exec"})
                                    .waitFor());
            steps.step("startPipeline", () -> {
                List<ProcessBuilder> pipe =
                        List.of(new ProcessBuilder("echo"), new ProcessBuilder("touch", steps.text("out") + "-pipe"));
                for (Process process : ProcessBuilder.startPipeline(pipe)) {
                    process.waitFor();
                }
                return "ended";
            });
        }
    }

    /** Tools inside. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Pr03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("jar", () -> {
                ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
                PrintWriter words = new PrintWriter(new OutputStreamWriter(new ByteArrayOutputStream()));
                String out = steps.text("out") + "-tool.jar";
                return "ended with "
                        + tool.run(words, words, "--create", "--file", out, "-C", steps.text("folder"), "secret.txt");
            });
            steps.step("compiler", () -> {
                ToolProvider tool = ToolProvider.findFirst("javac").orElseThrow();
                PrintWriter words = new PrintWriter(new OutputStreamWriter(new ByteArrayOutputStream()));
                File source = new File(steps.text("folder"), "Harmless.java");
                // With a class path of its own: without, it looks at that of the process.
                return "ended with "
                        + tool.run(
                                words,
                                words,
                                "-cp",
                                steps.text("folder"),
                                "-d",
                                steps.text("out") + "-classes",
                                source.getPath());
            });
        }
    }

    /** Who else runs. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Pr04 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "allProcesses",
                    () -> ProcessHandle.allProcesses()
                            .map(process -> process.info().commandLine())
                            .flatMap(Optional::stream)
                            .count());
            steps.step("current", () -> ProcessHandle.current().info().command().map(Path::of));
        }
    }
}
