package org.sallyport.examples.embedding;

import java.io.IOException;
import java.nio.file.Path;
import org.sallyport.api.hook.Hooks.FilterHook;
import org.sallyport.launcher.Sallyport;

/**
 * Greets, and lets plugins change the greeting.
 *
 * <pre>{@code java … GreetingApp HOME NAME [PLUGIN.jar …]}</pre>
 */
public final class GreetingApp {
    private GreetingApp() {}

    /** Greets once without and once with the plugins. */
    public static void main(String[] args) throws IOException {
        try (Sallyport sallyport = Sallyport.builder().home(Path.of(args[0])).start()) {
            FilterHook<String> greeting = sallyport.hooks("greeting-app").filter("greeting", String.class);
            System.out.println(greeting.apply("Hello, " + args[1]));

            for (int i = 2; i < args.length; i++) {
                sallyport.install(Path.of(args[i]));
            }
            System.out.println(greeting.apply("Hello, " + args[1]));
        }
    }
}
