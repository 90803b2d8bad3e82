package org.sallyport.sandbox.internal.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

/**
 * What confined plugins may use, as {@code api.txt} says. Immutable. Names of classes are internal ones, such as
 * {@code java/lang/String}.
 */
public final class ApiList {
    private static final String ALL = "*";

    private final Map<String, Opened> classes = new HashMap<>();
    private final List<String> packages = new ArrayList<>();
    private final Set<String> host = new HashSet<>();
    private final List<Row> rows = new ArrayList<>();

    /** A row, as it stands in the file: for the test which holds that each hits something. */
    record Row(String section, String name, List<String> members) {}

    /** Which permissions open something, one of them being enough; none are needed if the list is empty. */
    private static final class Opened {
        private final List<List<String>> sections = new ArrayList<>();
        private final Map<String, List<List<String>>> members = new HashMap<>();
        private boolean bySignature;
    }

    private ApiList() {}

    /** @param feature the feature release of the Java that plugins run on */
    public static ApiList load(int feature) {
        try (InputStream in = ApiList.class.getResourceAsStream("api.txt")) {
            if (in == null) {
                throw new IllegalStateException("The list [api.txt] is not in its bundle; build it anew");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), feature);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ApiList parse(String text, int feature) {
        ApiList list = new ApiList();
        String section = "";
        boolean counts = false;
        // A row that begins with blanks goes on with the one before.
        for (String line : text.replaceAll("\n +", " ").split("\n")) {
            if (line.startsWith("@ ")) {
                String head = line.substring(2).strip();
                section = head.replaceAll(" (since|until) [0-9]+", "");
                counts = bound(head, "since") <= feature && feature <= bound(head, "until");
            } else if (!line.isBlank() && !line.startsWith("#") && counts) {
                list.add(section, line.strip());
            }
        }
        return list;
    }

    private static int bound(String head, String word) {
        int at = head.indexOf(" " + word + " ");
        if (at < 0) {
            return word.equals("since") ? 0 : Integer.MAX_VALUE;
        }
        return Integer.parseInt(head.substring(at + word.length() + 2).strip());
    }

    private void add(String section, String line) {
        int colon = line.indexOf(':');
        String name = (colon < 0 ? line : line.substring(0, colon)).strip();
        List<String> members = colon < 0 || colon == line.length() - 1
                ? List.of()
                : List.of(line.substring(colon + 1).strip().split(" +"));
        rows.add(new Row(section, name, members));
        if (section.equals("host")) {
            host.add(name.replace('.', '/'));
        } else if (name.endsWith(".*")) {
            packages.add(name.substring(0, name.length() - 1).replace('.', '/'));
        } else {
            boolean open = section.equals("always") || section.equals("platform");
            List<String> opens = open ? List.of() : List.of(section.split(" "));
            Opened opened = classes.computeIfAbsent(name.replace('.', '/'), key -> new Opened());
            opened.sections.add(opens);
            for (String member : members) {
                opened.bySignature |= member.indexOf('(') > 0;
                opened.members
                        .computeIfAbsent(member, key -> new ArrayList<>(1))
                        .add(opens);
            }
        }
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Whether calls to a type run in the host's name. */
    public boolean isHost(String name) {
        return host.contains(name);
    }

    /** Whether a member is open to all, by the class that declares it; one that is inherited is not. */
    public boolean isFree(String owner, String name, String descriptor) {
        return refusedMember(owner, name, descriptor, Set.of()) == null;
    }

    /** Whether a class stands in the list, open or not. */
    boolean knows(String name) {
        return classes.containsKey(name);
    }

    /** Whether a class belongs to a package of the platform that is open as a whole. */
    boolean isInOpenPackage(String name) {
        return packages.stream().anyMatch(name::startsWith) && !name.contains("/internal/");
    }

    /**
     * Whether a class may be mentioned.
     *
     * @param granted the permissions granted, as {@code type.action}
     * @return null if it may; else the permissions of which one would open it, none if nothing does
     */
    @Nullable List<String> refusedClass(String name, Set<String> granted) {
        if (isInOpenPackage(name)) {
            return null;
        }
        Opened opened = classes.get(name);
        return opened == null ? List.of() : refused(opened.sections, granted);
    }

    /** The same for a member, by the class that declares it. */
    @Nullable List<String> refusedMember(String owner, String name, String descriptor, Set<String> granted) {
        if (isInOpenPackage(owner)) {
            return null;
        }
        Opened opened = classes.get(owner);
        if (opened == null) {
            return List.of();
        }
        String written = name.equals("<init>") ? "new" : name;
        List<List<String>> sections = new ArrayList<>(2);
        sections.addAll(opened.members.getOrDefault(written, List.of()));
        sections.addAll(opened.members.getOrDefault(ALL, List.of()));
        if (opened.bySignature && descriptor.startsWith("(")) {
            sections.addAll(opened.members.getOrDefault(written + parameters(descriptor), List.of()));
        }
        return refused(sections, granted);
    }

    static String parameters(String descriptor) {
        StringBuilder text = new StringBuilder("(");
        for (Type type : Type.getArgumentTypes(descriptor)) {
            text.append(text.length() > 1 ? "," : "").append(type.getClassName());
        }
        return text.append(')').toString();
    }

    private static @Nullable List<String> refused(List<List<String>> sections, Set<String> granted) {
        for (List<String> opens : sections) {
            if (opens.isEmpty() || opens.stream().anyMatch(granted::contains)) {
                return null;
            }
        }
        return sections.stream().flatMap(List::stream).distinct().toList();
    }
}
