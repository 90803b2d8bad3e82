package org.sallyport.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.config.NearestName;
import org.sallyport.spi.config.SettingsFactory;

/**
 * What the platform's bundles can be configured with.
 *
 * @param pids by PID or factory PID
 */
record PlatformPids(Map<String, Pid> pids) {
    PlatformPids {
        pids = Map.copyOf(pids);
    }

    /**
     * A PID.
     *
     * @param factory whether it has instances, {@code pid~name}
     * @param schema JSON Schema 2020-12, as text
     */
    record Pid(boolean factory, String schema) {}

    /** The part of a key before the tilde. */
    static String pidOf(String key) {
        int tilde = key.indexOf('~');
        return tilde < 0 ? key : key.substring(0, tilde);
    }

    /** What is wrong with a candidate's platform entries. */
    List<Problem> check(Candidate candidate, SettingsFactory settings) {
        List<Problem> problems = new ArrayList<>();
        candidate.entries().forEach((key, value) -> {
            if (key.startsWith(Configuration.PLATFORM)) {
                // A host with fewer bundles may share its defaults with one that has them all.
                boolean given = candidate.sources().get(key).origin() == Layer.Origin.DEFAULTS;
                Pid pid = pids.get(pidOf(key));
                if (pid == null) {
                    if (!given) {
                        problems.add(Problem.of(key, "", unknown(pidOf(key))));
                    }
                } else if (pid.factory() != key.contains("~")) {
                    problems.add(Problem.of(key, "", form(pidOf(key), pid)));
                } else {
                    for (SettingsException finding : settings.check(pid.schema(), flat(value))) {
                        problems.add(Problem.of(key, finding.path(), finding.getMessage()));
                    }
                }
            }
        });
        return problems;
    }

    private String unknown(String pid) {
        String hint = NearestName.hint(pid, new TreeSet<>(pids.keySet()));
        return "No part of the platform has the PID [" + pid + "]"
                + (hint.isEmpty() ? "; known are " + new TreeMap<>(pids).keySet() : hint);
    }

    private static String form(String pid, Pid known) {
        return known.factory()
                ? "[" + pid + "] has several instances, so the key needs a name: [" + pid + "~NAME]"
                : "[" + pid + "] has one instance only, so the key has no name: [" + pid + "]";
    }

    /** Configuration Admin knows no objects: they become their JSON text. A value of null counts as not given. */
    static Document flat(Document value) {
        Map<String, Document> flat = new LinkedHashMap<>();
        value.members().forEach((name, member) -> {
            if (member.isArray()) {
                flat.put(
                        name,
                        Document.array(member.values().stream()
                                .map(PlatformPids::scalar)
                                .toList()));
            } else if (!member.isNull()) {
                flat.put(name, scalar(member));
            }
        });
        return Document.object(flat);
    }

    private static Document scalar(Document value) {
        return value.isObject() || value.isArray() ? Document.of(value.toJson()) : value;
    }
}
