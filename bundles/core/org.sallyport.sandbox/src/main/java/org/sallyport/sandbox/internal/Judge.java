package org.sallyport.sandbox.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sallyport.sandbox.internal.verify.ApiList;
import org.sallyport.sandbox.internal.verify.EntryPoints;
import org.sallyport.sandbox.internal.verify.Jdk;
import org.sallyport.sandbox.internal.verify.PluginArchive;
import org.sallyport.sandbox.internal.verify.PluginClasses;
import org.sallyport.sandbox.internal.verify.Verifier;
import org.sallyport.sandbox.internal.verify.Verifier.Finding;
import org.sallyport.sandbox.internal.weave.Weaver;
import org.sallyport.spi.permission.Permission;

/** Verifies archives and weaves those that pass. Loads its list at the first use. Thread-safe. */
final class Judge {
    /** Most archives of which it is remembered that they passed, until they are installed. */
    private static final int REMEMBERED = 64;

    private final Jdk jdk = new Jdk();
    private final Map<String, Boolean> passed = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Loaded when the first plugin is to be confined. */
    private static final class Listed {
        static final ApiList API = ApiList.load(Runtime.version().feature());
    }

    /**
     * What is wrong with an archive.
     *
     * @param reason in one sentence part; empty if nothing is
     * @param permissions that would open all of it; empty if there is something that none opens
     */
    record Opinion(String reason, Set<String> permissions) {
        private static final Opinion FINE = new Opinion("", Set.of());
    }

    Opinion judge(byte[] archive, String sha256, Collection<Permission> granted) {
        Set<String> names = new TreeSet<>();
        Set<String> packages = new TreeSet<>();
        for (Permission one : granted) {
            names.add(one.type() + "." + one.action());
            if (one.type().equals("package") && one.action().equals("import")) {
                packages.add(one.scope());
            }
        }
        String key = sha256 + names + packages;
        synchronized (passed) {
            if (passed.containsKey(key)) {
                return Opinion.FINE;
            }
        }
        Opinion opinion = look(archive, names, packages);
        if (opinion.reason().isEmpty()) {
            synchronized (passed) {
                passed.put(key, true);
            }
        }
        return opinion;
    }

    private Opinion look(byte[] archive, Set<String> names, Set<String> packages) {
        try {
            PluginArchive read = PluginArchive.read(archive);
            List<Finding> found = new Verifier(Listed.API, jdk).check(read, PluginClasses.of(read), names, packages);
            return found.isEmpty() ? Opinion.FINE : new Opinion(Verifier.sentence(found), opening(found));
        } catch (PluginClasses.Unreadable | IllegalArgumentException e) {
            return new Opinion(String.valueOf(e.getMessage()), Set.of());
        }
    }

    /**
     * The fewest permissions that open all of it, as far as that is simply found: first those to which there is no other, then for each
     * that is left one that opens it and is most often named. None if there is something that none opens.
     */
    static Set<String> opening(List<Finding> found) {
        if (found.stream().anyMatch(finding -> finding.opens().isEmpty())) {
            return Set.of();
        }
        Set<String> chosen = new TreeSet<>();
        found.stream()
                .filter(finding -> finding.opens().size() == 1)
                .forEach(finding -> chosen.addAll(finding.opens()));
        Map<String, Long> named = found.stream()
                .flatMap(finding -> finding.opens().stream())
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        for (Finding finding : found) {
            if (finding.opens().stream().noneMatch(chosen::contains)) {
                chosen.add(finding.opens().stream()
                        .max(Comparator.comparing(named::get))
                        .orElseThrow());
            }
        }
        return chosen;
    }

    /** @throws IllegalArgumentException if a class of it cannot be rewritten */
    WovenArchive weave(byte[] archive) {
        try {
            PluginArchive read = PluginArchive.read(archive);
            PluginClasses classes = PluginClasses.of(read);
            return WovenArchive.of(read, new Weaver(Listed.API, classes, EntryPoints.of(read, classes, jdk)));
        } catch (PluginClasses.Unreadable e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
