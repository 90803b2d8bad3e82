package org.sallyport.worker.internal.host;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.TrustLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker may use, by framework properties {@code sallyport.worker.NAME}.
 *
 * @param jail {@code auto}: untrusted plugins have to be jailed, partners if it can be; {@code required}: all have to be;
 *     {@code off}: none is, which the operator accepts; {@code bubblewrap} or {@code landlock}: all have to be, by this one
 * @param guard whether what a plugin does is checked in its worker, too: {@code auto} where the Java has rules for it;
 *     {@code required}: it does not start without; {@code off}
 * @param heap {@code heap.mb}
 * @param metaspace {@code metaspace.mb}
 * @param direct {@code direct.mb}, memory outside the heap
 * @param processes {@code processes}: threads and processes of a plugin, all its workers together
 * @param files {@code files}: open at a time
 * @param temporary {@code tmp.mb}: what fits into its folder for temporary files
 * @param fileSize {@code file.mb}: largest file that it writes
 * @param disk {@code disk.mb}: what it keeps in files, all together; by the guard, so {@code guard} has to stand
 * @param diskFiles {@code disk.files}: how many files it keeps
 * @param lanes {@code lanes}: calls at a time
 * @param spares {@code spares}: most workers that stand by
 * @param call {@code call.millis}: how long a call may take that has no time of its own
 * @param start {@code start.millis}: until a worker is connected
 * @param failures {@code failures}: how often a worker may end by itself in ten minutes; once more is quarantine
 */
record WorkerSettings(
        String jail,
        String guard,
        int heap,
        int metaspace,
        int direct,
        int processes,
        int files,
        int temporary,
        int fileSize,
        int disk,
        int diskFiles,
        int lanes,
        int spares,
        Duration call,
        Duration start,
        int failures) {
    private static final Logger log = LoggerFactory.getLogger(WorkerSettings.class);
    private static final String PREFIX = "sallyport.worker.";

    /** Reads them; one that is out of bounds is told, and its default holds. */
    static WorkerSettings of(Function<String, @Nullable String> properties) {
        return new WorkerSettings(
                word(properties, "jail", Jails.BUBBLEWRAP, Jails.LANDLOCK),
                word(properties, "guard"),
                number(properties, "heap.mb", 64, 16, 4096),
                number(properties, "metaspace.mb", 64, 24, 1024),
                number(properties, "direct.mb", 8, 1, 1024),
                number(properties, "processes", 256, 64, 4096),
                number(properties, "files", 256, 64, 65_536),
                number(properties, "tmp.mb", 16, 4, 1024),
                number(properties, "file.mb", 64, 1, 4096),
                number(properties, "disk.mb", 64, 0, 65_536),
                number(properties, "disk.files", 1_000, 0, 1_000_000),
                number(properties, "lanes", 8, 1, 64),
                number(properties, "spares", 2, 0, 16),
                Duration.ofMillis(number(properties, "call.millis", 10_000, 50, 600_000)),
                Duration.ofMillis(number(properties, "start.millis", 20_000, 100, 600_000)),
                number(properties, "failures", 5, 0, 1000));
    }

    private static String word(Function<String, @Nullable String> properties, String name, String... more) {
        String text = properties.apply(PREFIX + name);
        String word = text == null ? "auto" : text.strip();
        List<String> known = Stream.concat(Stream.of("auto", "required", "off"), Stream.of(more))
                .toList();
        if (!known.contains(word)) {
            log.error(
                    "The framework property [{}{}] is [{}]; it takes one of {}. [required] holds",
                    PREFIX,
                    name,
                    word,
                    known);
            return "required";
        }
        return word;
    }

    /** Whether plugins of this level run in a jail or not at all. */
    boolean needsJail(TrustLevel level) {
        return !jail.equals("off") && (!jail.equals("auto") || level == TrustLevel.UNTRUSTED);
    }

    /** Whether this jail is one of those that may be taken. */
    boolean mayTake(String name) {
        return jail.equals("auto") || jail.equals("required") || jail.equals(name);
    }

    boolean isGuarded() {
        return !guard.equals("off");
    }

    private static int number(
            Function<String, @Nullable String> properties, String name, int otherwise, int least, int most) {
        String text = properties.apply(PREFIX + name);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            log.debug("[{}] is no number", text, e);
        }
        log.error(
                "The framework property [{}{}] is [{}]; it takes [{}] to [{}], so the default of [{}] holds",
                PREFIX,
                name,
                text,
                least,
                most,
                otherwise);
        return otherwise;
    }
}
