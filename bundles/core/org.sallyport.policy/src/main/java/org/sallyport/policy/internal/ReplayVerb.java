package org.sallyport.policy.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.policy.internal.recording.Recording;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** {@code policy:replay}: what would be decided of recorded messages now, or by another policy. It has no effect. */
@Component(service = AdminVerb.class)
public final class ReplayVerb implements AdminVerb {
    /** Changes that are shown if nobody says how many. */
    static final int SHOWN = 100;

    /** Most changes that can be shown. */
    static final int MAX_SHOWN = 10_000;

    private static final int MAX_POLICY = 1 << 20;

    private final Engine engine;
    private final Optional<Path> recorded;

    @Activate
    public ReplayVerb(BundleContext context, @Reference PolicyComponent component) {
        this(component.engine(), RecorderComponent.folder(context));
    }

    /** @param recorded where this host records; empty if it has no home */
    ReplayVerb(Engine engine, Optional<Path> recorded) {
        this.engine = engine;
        this.recorded = recorded;
    }

    @Override
    public String scope() {
        return "policy";
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String summary() {
        return "Passes recorded messages through the chain without any effect, and shows those that it decides otherwise";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(
                        "recording",
                        Parameter.Kind.FILE,
                        false,
                        false,
                        "a file of a recording, or the folder of one; without it what was recorded here"),
                Parameter.option(
                        "policy",
                        Parameter.Kind.FILE,
                        "entries that stand in place of those of the same name that are configured"),
                Parameter.option(
                        "content",
                        Parameter.Kind.FLAG,
                        "also show messages that would be changed to something else than they were"),
                Parameter.option(
                        "limit",
                        Parameter.Kind.NUMBER,
                        "how many to show, 0 to " + MAX_SHOWN + "; " + SHOWN + " if not said"));
    }

    @Override
    public Role role() {
        return Role.OPERATOR;
    }

    @Override
    public Object run(Arguments arguments) {
        Recording recording = recording(arguments);
        Map<String, Document> entries = policy(arguments);
        Replay.Options options = new Replay.Options(arguments.flag("content"), limit(arguments));
        try (Rehearsal rehearsal = engine.rehearse(now -> changed(now, entries))) {
            Replay replay = new Replay(rehearsal, options);
            recording.read(replay);
            return replay.result();
        } catch (Rehearsal.RefusedException e) {
            throw new PluginException(
                    "invalid_policy",
                    String.join(
                            "\n",
                            e.problems().stream()
                                    .map(Configuration.Problem::toString)
                                    .toList()),
                    e);
        } catch (IOException e) {
            throw new PluginException("invalid_recording", "The recording could not be read: " + e, e);
        }
    }

    private Recording recording(Arguments arguments) {
        Path place = arguments.text("recording").isPresent()
                ? arguments.file("recording")
                : recorded.orElseThrow(
                        () -> new PluginException("not_found", "Nothing is recorded here; name a file of a recording"));
        try {
            return Recording.at(place);
        } catch (NoSuchFileException e) {
            throw new PluginException(
                    "not_found",
                    "There is no recording at [" + place + "]. [\"" + RecorderComponent.PID
                            + "\": { \"record\": \"redacted\" }] in the configuration begins one",
                    e);
        }
    }

    private static int limit(Arguments arguments) {
        try {
            int limit = arguments.text("limit").map(Integer::parseInt).orElse(SHOWN);
            if (limit >= 0 && limit <= MAX_SHOWN) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // The same as one that is out of bounds.
        }
        throw new PluginException("usage", "[--limit] is 0 to " + MAX_SHOWN);
    }

    private static Map<String, Document> policy(Arguments arguments) {
        if (arguments.text("policy").isEmpty()) {
            return Map.of();
        }
        String text = new String(bytes(arguments), StandardCharsets.UTF_8);
        try {
            Document document = Json.readWithComments(text).document();
            if (!document.isObject()) {
                throw new PluginException(
                        "invalid_policy", "A policy is an object of entries, not [" + document.kind() + "]");
            }
            for (String key : document.keys()) {
                if (key.startsWith(Configuration.PLATFORM) || key.startsWith(":")) {
                    throw new PluginException(
                            "invalid_policy",
                            "[" + key + "] is no entry of the policy; only those can be tried on a recording");
                }
            }
            return document.members();
        } catch (JsonException e) {
            throw new PluginException(
                    "invalid_policy",
                    "The policy is not JSON, at line [" + e.place().line() + "], column ["
                            + e.place().column() + "]: " + e.getMessage(),
                    e);
        }
    }

    private static byte[] bytes(Arguments arguments) {
        try {
            return arguments.bytes("policy", MAX_POLICY);
        } catch (PluginException e) {
            throw new PluginException("invalid_policy", e.getMessage(), e);
        }
    }

    /** What is configured, with some entries replaced where they stand, and new ones after them. */
    private static List<Entry> changed(List<Entry> now, Map<String, Document> entries) {
        Map<String, Entry> all = new LinkedHashMap<>();
        now.forEach(entry -> all.put(entry.config().instance(), entry));
        Entries.read(new Configuration.Snapshot(0, entries))
                .forEach(entry -> all.put(entry.config().instance(), entry));
        return new ArrayList<>(all.values());
    }
}
