package org.sallyport.it.attack;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One bundle that tries a row.
 *
 * @param id of the plugin
 * @param className of the attack, without its package, such as {@code FileAttacks$Fs01}
 * @param with more classes of the bundle
 * @param headers of the manifest
 * @param resources paths and contents
 * @param release the Java that it needs
 * @param newer its source, if it needs one newer than the tests are built for; else empty
 * @param shape what is done to the archive at last
 */
record Variant(
        String id,
        String className,
        List<String> with,
        Map<String, String> headers,
        Map<String, byte[]> resources,
        int release,
        String newer,
        Shape shape) {
    private static final List<String> ALWAYS = List.of("Attack", "Steps", "Steps$Step");

    /** Changes an archive. */
    interface Shape {
        byte[] change(byte[] jar) throws IOException;
    }

    Variant {
        with = java.util.stream.Stream.concat(ALWAYS.stream(), with.stream())
                .distinct()
                .toList();
        headers = Map.copyOf(headers);
        resources = Map.copyOf(resources);
    }

    /** The attack of a class of its own. */
    static Variant of(String id, String className) {
        String outer = className.contains("$") ? className.substring(0, className.indexOf('$')) : className;
        return new Variant(id, className, List.of(outer), Map.of(), Map.of(), 17, "", jar -> jar);
    }

    Variant with(String... classes) {
        return new Variant(id, className, join(with, classes), headers, resources, release, newer, shape);
    }

    Variant resource(String path, byte[] content) {
        Map<String, byte[]> more = new java.util.HashMap<>(resources);
        more.put(path, content);
        return new Variant(id, className, with, headers, more, release, newer, shape);
    }

    Variant shape(Shape change) {
        return new Variant(id, className, with, headers, resources, release, newer, change);
    }

    Variant source(int java, String text) {
        return new Variant(id, className, with, headers, resources, java, text, shape);
    }

    byte[] change(byte[] jar) throws IOException {
        return shape.change(jar);
    }

    private static List<String> join(List<String> some, String... more) {
        return java.util.stream.Stream.concat(some.stream(), java.util.Arrays.stream(more))
                .toList();
    }
}
