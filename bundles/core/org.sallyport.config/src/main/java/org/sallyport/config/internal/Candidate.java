package org.sallyport.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.json.Json;

/**
 * The layers put on each other. An entry replaces the one of the same key below it as a whole. If a layer above the
 * defaults has an instance of one of the platform's factories, the default instances of that factory are gone: who
 * configures an upstream does not want the built-in one as well. Immutable.
 *
 * @param entries by key, in the order of the lowest layer that has the key
 * @param sources of each key the layer that it comes from
 * @param problems of the texts and of their combination, not of the values
 */
record Candidate(Map<String, Document> entries, Map<String, Layer> sources, List<Problem> problems) {

    /** Puts layers on each other: defaults, files in their order, overrides. */
    static Candidate of(Layer defaults, List<Layer> files, Layer overrides) {
        List<Problem> problems = new ArrayList<>();
        boolean withoutDefaults = overrides.withoutDefaults();
        List<Layer> above = new ArrayList<>(files);
        above.add(overrides);
        for (Layer layer : above) {
            problems.addAll(layer.problems());
            withoutDefaults |= layer.withoutDefaults();
        }
        problems.addAll(defaults.problems());
        Map<String, Layer> sources = new LinkedHashMap<>();
        if (!withoutDefaults) {
            defaults.entries().keySet().stream()
                    .filter(key -> !replacedFactory(key, above))
                    .forEach(key -> sources.put(key, defaults));
        }
        Map<String, Layer> fromFiles = new LinkedHashMap<>();
        for (Layer file : files) {
            for (String key : file.entries().keySet()) {
                Layer other = fromFiles.putIfAbsent(key, file);
                if (other == null) {
                    sources.put(key, file);
                } else {
                    problems.add(twice(key, file, other));
                }
            }
        }
        overrides.entries().keySet().forEach(key -> sources.put(key, overrides));
        sources.entrySet()
                .removeIf(source -> source.getValue()
                        .entries()
                        .getOrDefault(source.getKey(), Document.NULL)
                        .isNull());
        Map<String, Document> entries = new LinkedHashMap<>();
        sources.forEach((key, layer) -> entries.put(
                key,
                layer == overrides
                        ? laidOver(key, overrides, files, defaults)
                        : layer.entries().get(key)));
        return new Candidate(entries, sources, List.copyOf(problems));
    }

    /**
     * What the command line says of a platform entry is laid over the entry below it, member by member: {@code --port}
     * must not throw away the limits that a file sets.
     */
    private static Document laidOver(String key, Layer overrides, List<Layer> files, Layer defaults) {
        Document over = overrides.entries().get(key);
        if (!key.startsWith(Configuration.PLATFORM) || factory(key).isPresent()) {
            return over;
        }
        Document below = defaults.entries().getOrDefault(key, Document.EMPTY_OBJECT);
        for (Layer file : files) {
            below = file.entries().getOrDefault(key, below);
        }
        Document merged = below.isObject() ? below : Document.EMPTY_OBJECT;
        for (Map.Entry<String, Document> member : over.members().entrySet()) {
            merged = merged.with(member.getKey(), member.getValue());
        }
        return merged;
    }

    private static boolean replacedFactory(String key, List<Layer> above) {
        Optional<String> factory = factory(key);
        return factory.isPresent()
                && above.stream()
                        .anyMatch(layer -> layer.entries().entrySet().stream()
                                .anyMatch(entry -> !entry.getValue().isNull()
                                        && factory(entry.getKey()).equals(factory)));
    }

    /** The factory PID of an instance of a platform factory. */
    static Optional<String> factory(String key) {
        int tilde = key.indexOf('~');
        return key.startsWith(Configuration.PLATFORM) && tilde > 0
                ? Optional.of(key.substring(0, tilde))
                : Optional.empty();
    }

    private static Problem twice(String key, Layer file, Layer other) {
        Json.Place here = file.place(key, "");
        Json.Place there = other.place(key, "");
        String message = "This key is in [" + other.file() + "] (line " + there.line() + ") as well as in ["
                + file.file() + "]; keep it in one of them";
        return new Problem(file.file(), here.line(), here.column(), key, "", message);
    }

    /** Adds file, line and column to a problem of a value. */
    Problem located(Problem problem) {
        Layer source = sources.get(problem.key());
        if (!problem.file().isEmpty() || source == null) {
            return problem;
        } else if (source.origin() != Layer.Origin.FILE) {
            String message = problem.message() + " (from " + source.origin() + ")";
            return Problem.of(problem.key(), problem.path(), message);
        }
        Json.Place place = source.place(problem.key(), problem.path());
        return new Problem(
                source.file(), place.line(), place.column(), problem.key(), problem.path(), problem.message());
    }

    /** The same without some entries. */
    Candidate without(java.util.Collection<String> keys) {
        Map<String, Document> kept = new LinkedHashMap<>(entries);
        kept.keySet().removeAll(keys);
        return new Candidate(kept, sources, problems);
    }
}
