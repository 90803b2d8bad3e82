package org.sallyport.launcher.internal.guard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sallyport.api.plugin.PluginId;

/** Has a canary without permissions try what it may not do, each in the manner of code that was confined. */
final class SelfTest {
    private final Domains domains;
    private boolean passed = true;

    SelfTest(Domains domains) {
        this.domains = domains;
    }

    /** What was tried, and what came of it: {@code denied}, or how it was not. */
    @SuppressWarnings("unchecked")
    List<String> run() throws IOException, ReflectiveOperationException {
        Cage cage = new Cage();
        domains.confine(cage, new PluginId("canary"), Acts.NOTHING);
        List<String> results = new ArrayList<>();
        try {
            Map<String, Callable<Object>> attempts = (Map<String, Callable<Object>>)
                    cage.canary().getMethod("attempts").invoke(null);
            attempts.forEach((name, attempt) -> results.add(name + ": " + outcome(attempt, false)));
            Object before = domains.host().enter();
            try {
                // The host may.
                results.add("host: " + outcome(() -> new java.io.File("/").exists(), true));
            } finally {
                domains.host().exit(before);
            }
        } finally {
            domains.forget(cage);
        }
        return results;
    }

    boolean passed() {
        return passed;
    }

    private String outcome(Callable<Object> attempt, boolean mayDo) {
        String outcome;
        try {
            attempt.call();
            outcome = "done";
        } catch (SecurityException e) {
            outcome = "denied";
        } catch (Exception | LinkageError e) {
            outcome = e.toString();
        }
        passed &= outcome.equals(mayDo ? "done" : "denied");
        return outcome;
    }

    /** Its one class is the canary's, apart from the class of the same name that the guard itself sees. */
    private static final class Cage extends ClassLoader {
        Cage() {
            super(SelfTest.class.getClassLoader());
        }

        Class<?> canary() throws IOException {
            byte[] bytes = GateDefiner.bytes(Canary.class);
            return defineClass(Canary.class.getName(), bytes, 0, bytes.length);
        }
    }
}
