package org.sallyport.policy.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.sallyport.policy.internal.recording.Recorded;
import org.sallyport.policy.internal.recording.TrafficRecorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has messages recorded, if the operator asks for it. Not there without a configuration. */
@Component(
        configurationPid = RecorderComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {})
@Designate(ocd = RecorderComponent.Config.class)
public final class RecorderComponent {
    /** The key of its configuration. */
    static final String PID = "org.sallyport.policy.recording";

    private static final String FOLDER = "recording";
    private static final Logger log = LoggerFactory.getLogger(RecorderComponent.class);

    @ObjectClassDefinition(
            name = "Recording",
            description = "Messages and what was decided of them, kept to try other policies on them")
    @interface Config {
        @AttributeDefinition(
                description =
                        "off; redacted: as they came, but nothing that a security plugin removed; full: all of it,"
                                + " secrets included",
                options = {@Option("off"), @Option("redacted"), @Option("full")})
        String record() default "off";

        @AttributeDefinition(description = "Messages of these servers; all if empty")
        String[] servers() default {};

        @AttributeDefinition(
                description = "Largest message, in bytes; of larger ones only what was decided",
                min = "1024",
                max = "67108864")
        long max_message_bytes() default 1 << 20;

        @AttributeDefinition(description = "Most bytes of a file", min = "65536", max = "1073741824")
        long max_file_bytes() default 64 << 20;

        @AttributeDefinition(description = "Most messages of a file", min = "100", max = "10000000")
        long max_file_messages() default 100_000;

        @AttributeDefinition(description = "Most files; the oldest makes room", min = "1", max = "100")
        int max_files() default 4;
    }

    private final Engine engine;
    private final @Nullable TrafficRecorder recorder;

    @Activate
    public RecorderComponent(BundleContext context, @Reference PolicyComponent component, Config config) {
        this(component.engine(), isOffline(context) ? Optional.empty() : folder(context), config);
    }

    /** @param folder where to; empty for nowhere */
    RecorderComponent(Engine engine, Optional<Path> folder, Config config) {
        this.engine = engine;
        Optional<Recorded.Mode> mode = mode(config.record());
        recorder = mode.isEmpty() || folder.isEmpty()
                ? null
                : new TrafficRecorder(
                        folder.get(),
                        new TrafficRecorder.Rule(
                                mode.get(),
                                Set.copyOf(List.of(config.servers())),
                                within(config.max_message_bytes(), 1_024, 64 << 20),
                                within(config.max_file_bytes(), 64 << 10, 1 << 30),
                                within(config.max_file_messages(), 100, 10_000_000),
                                (int) within(config.max_files(), 1, 100)));
        if (recorder != null) {
            log.warn(
                    mode.get() == Recorded.Mode.FULL
                            ? "All messages are recorded in [{}] as they come, with what plugins remove from them"
                            : "Messages are recorded in [{}], without what security plugins remove from them",
                    folder.get());
            engine.recorder(recorder);
        }
    }

    @Deactivate
    void deactivate() {
        if (recorder != null) {
            engine.recorder(null);
            recorder.close();
        }
    }

    /** Where this host records. Offline nothing is, so that is the folder of which the home is a copy. */
    static Optional<Path> folder(BundleContext context) {
        return Optional.ofNullable(context.getProperty(isOffline(context) ? "sallyport.home.source" : "sallyport.home"))
                .map(home -> Path.of(home).resolve(FOLDER));
    }

    private static boolean isOffline(BundleContext context) {
        return "true".equals(context.getProperty("sallyport.offline"));
    }

    /** Empty for none. A word that is not known records nothing: it must not be more than was meant. */
    private static Optional<Recorded.Mode> mode(String word) {
        return switch (word) {
            case "redacted" -> Optional.of(Recorded.Mode.REDACTED);
            case "full" -> Optional.of(Recorded.Mode.FULL);
            default -> Optional.empty();
        };
    }

    private static long within(long value, long least, long most) {
        return Math.max(least, Math.min(most, value));
    }
}
