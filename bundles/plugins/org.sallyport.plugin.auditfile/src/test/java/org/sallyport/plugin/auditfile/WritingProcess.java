package org.sallyport.plugin.auditfile;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sallyport.api.plugin.PluginException;

/** A process of its own that appends lines until it is killed, or until one cannot be written. */
final class WritingProcess {
    static final int LENGTH = 1_000;

    private WritingProcess() {}

    /** Says {@code ok N} for each line that was appended, and {@code failed N} for the one that was not. */
    public static void main(String[] arguments) {
        AuditLog log = new AuditFiles(1L << 40, 1, AuditFiles.LOOK).log(Path.of(arguments[0]), "");
        for (int i = 0; ; i++) {
            try {
                log.append(line(i));
            } catch (PluginException e) {
                System.out.println("failed " + i);
                return;
            }
            System.out.println("ok " + i);
        }
    }

    static String line(int number) {
        String head = number + ":";
        return head + "x".repeat(LENGTH - head.length());
    }

    /** Starts it, with the shell's {@code ulimit -f} (blocks of 1024 bytes) if that is positive. */
    static Process start(Path file, int blocks) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // Without performance data, which is a file of its own that the limit would hit.
        List<String> command = List.of(
                "bash",
                "-c",
                (blocks > 0 ? "ulimit -f " + blocks + "; " : "") + "exec \"$0\" \"$@\"",
                java,
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                WritingProcess.class.getName(),
                file.toString());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    static int number(String said) {
        return Integer.parseInt(said.substring(said.indexOf(' ') + 1));
    }

    static String say(BufferedReader from) throws IOException {
        String said = from.readLine();
        if (said == null) {
            throw new IOException("the process ended before it said anything more");
        }
        return said;
    }
}
