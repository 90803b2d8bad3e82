package org.sallyport.it.attack;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What makes a row right, by tier: exactly these permissions, at that level of trust, and the attack is no attack any more. Rows without any say why.
 */
final class Twins {
    private static final String NONE = "no permission makes it right";

    private static final String CODE_GATE =
            "the gate [code] lets nobody in who names it; what jvm.exit opens shows GuardAttacksTest";

    private static final String BY_INTERNAL =
            "its permission is for internal plugins, which run in no tier: UnguardedAttacksIT, GuardAttacksTest";

    private static final String VERIFIER = "the verifier opens what it uses for no permission; see the tier worker";

    private static final String NOTHING_THERE =
            "what it wants of the host is not in a worker; with the guard alone: GuardAttacksTest";

    private static final String NOT_CARRIED =
            "a worker's ways out are sockets and HTTP; channels and datagrams are not carried to the host";

    private static final String OWN_ALONE =
            "what is the platform's is nobody's; its own comes by the context: PermissionsIT";

    private static final String RESERVED = "reserved topics are nobody's, and a flood ends at its rate";

    private static final Map<String, Map<GuardedTier, Twin>> ALL = new HashMap<>();

    /**
     * One row in one tier.
     *
     * @param level that the plugin has
     * @param permission all that is granted, as in {@link Row#permission}
     * @param never why nothing makes it right there; empty if something does
     * @param without steps for which there is nothing to be had there, as the environment of a worker is empty
     */
    record Twin(String level, String permission, String never, Set<String> without) {
        static Twin of(String permission) {
            return new Twin("untrusted", permission, "", Set.of());
        }

        static Twin partner(String permission) {
            return new Twin("partner", permission, "", Set.of());
        }

        static Twin never(String reason) {
            return of("").not(reason);
        }

        /** It does not work all the same, which is tried. */
        Twin not(String reason) {
            return new Twin(level, permission, reason, without);
        }

        Twin lacks(String... steps) {
            return new Twin(level, permission, never, Set.of(steps));
        }
    }

    static {
        put("FS-01", Twin.of("file.read:${secret}"), Twin.of("file.read:${secret}"));
        put(
                "FS-02",
                Twin.of("file.read:${secret} file.write:${outs}/**").not(VERIFIER),
                Twin.of("file.read:${secret} file.write:${outs}/**"));
        put("FS-03", Twin.of("file.read:${secret}"), Twin.of("file.read:${secret}"));
        put("FS-04", Twin.of("file.read:${secret}").not(VERIFIER), Twin.of("file.read:${secret}"));
        put(
                "FS-05",
                Twin.of("file.read:${victim} file.write:${victim}"),
                Twin.of("file.read:${victim} file.write:${victim}"));
        put(
                "FS-06",
                Twin.of(
                        "file.read:${secret} file.list:${secret} file.read:${archive} file.list:${archive} net.connect:127.0.0.1:${port}"),
                Twin.of("file.read:${secret} file.list:${secret} file.read:${archive} file.list:${archive}"));
        put("FS-08", Twin.never(NONE), Twin.never(NONE));
        put("FS-13", Twin.never(NONE), Twin.never(NONE));
        put("FS-15", Twin.of("file.list:${folder}/**"), Twin.of("file.list:${folder}/** file.read:${folder}/**"));
        put("FS-17", Twin.of("file.write:/tmp/*"), Twin.of("file.write:${tmp}"));
        put("FS-23", Twin.never(NONE), Twin.never(NONE));
        put("FS-24", Twin.of("file.read:${data} file.write:${data}"), Twin.of("file.read:${data} file.write:${data}"));
        put(
                "NET-01",
                Twin.of("net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}"),
                Twin.of("net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}"));
        put(
                "NET-02",
                Twin.of("net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}")
                        .not(VERIFIER),
                Twin.of("net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}")
                        .not(NOT_CARRIED));
        put(
                "NET-03",
                Twin.of("net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}"),
                Twin.of("net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}"));
        put(
                "NET-05",
                Twin.of("net.resolve:*.attacker.example net.connect:127.0.0.1:${port}"),
                Twin.of("net.resolve:*.attacker.example"));
        put(
                "NET-06",
                Twin.of(
                        "net.udp:127.0.0.1:${port} net.private:127.0.0.1:${port} net.udp:239.1.2.3 net.private:239.1.2.3 net.inspect"),
                Twin.of(
                                "net.udp:127.0.0.1:${port} net.private:127.0.0.1:${port} net.udp:239.1.2.3 net.private:239.1.2.3 net.inspect")
                        .not(NOT_CARRIED));
        put(
                "NET-07",
                Twin.of("net.listen reflect.package:com.sun.net.httpserver").not(VERIFIER),
                Twin.of("net.listen reflect.package:com.sun.net.httpserver"));
        put(
                "NET-11",
                Twin.partner("jvm.global prop.write:http.proxyHost").not(VERIFIER),
                Twin.partner("jvm.global prop.write:http.proxyHost"));
        put(
                "NET-12",
                Twin.of("net.inspect net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}"),
                Twin.of("net.inspect net.connect:127.0.0.1:${port} net.private:127.0.0.1:${port}"));
        put(
                "PR-01",
                Twin.of("process.exec:/usr/bin/touch file.write:${outs}/**").not(VERIFIER),
                Twin.of("process.exec:/usr/bin/touch file.read:/usr/bin/touch file.write:${outs}/**"));
        put(
                "PR-02",
                Twin.of("process.exec:/usr/bin/touch process.exec:/usr/bin/echo file.write:${outs}/**")
                        .not(VERIFIER),
                Twin.of(
                        "process.exec:/usr/bin/touch file.read:/usr/bin/touch process.exec:/usr/bin/echo file.read:/usr/bin/echo file.write:${outs}/**"));
        // Up to 24 the compiler has no loader for what it may not have to load.
        String loads = Runtime.version().feature() < 25 ? "" : " classloader.create";
        put(
                "PR-03",
                Twin.of("process.exec file.read:${folder}/** file.write:${outs}/**")
                        .not(VERIFIER),
                Twin.of(
                        "process.exec file.read:${folder}/** file.list:${folder}/** file.write:${outs}/** file.delete:${outs}/**"
                                + loads));
        put("PR-04", Twin.of("process.inspect").not(VERIFIER), Twin.of("process.inspect"));
        put("JV-01", Twin.never(CODE_GATE), Twin.never(CODE_GATE));
        put("JV-02", Twin.never(CODE_GATE), Twin.never(CODE_GATE));
        put("JV-03", Twin.partner("jvm.hook").not(VERIFIER), Twin.partner("jvm.hook"));
        put("JV-04", Twin.partner("jvm.global").not(VERIFIER), Twin.partner("jvm.global"));
        put("JV-05", Twin.partner("jvm.global").not(VERIFIER), Twin.partner("jvm.global"));
        put(
                "JV-07",
                Twin.partner("jvm.manage file.list:${outs}/** file.write:${outs}/**")
                        .not(VERIFIER),
                Twin.partner("jvm.manage file.list:${outs}/** file.write:${outs}/**"));
        put("JV-11", Twin.never(NONE), Twin.never(NONE));
        put("JV-13", Twin.never(NONE), Twin.never(NONE));
        put(
                "RF-01",
                Twin.partner("reflect.deep:org.apache.felix.framework").not(VERIFIER),
                Twin.partner("reflect.deep:org.apache.felix.framework"));
        put("RF-02", Twin.of("file.read:${secret}").not(VERIFIER), Twin.of("file.read:${secret}"));
        put(
                "RF-03",
                Twin.partner("reflect.deep:sun.misc reflect.package:sun.misc").not(VERIFIER),
                Twin.partner("reflect.deep:sun.misc reflect.package:sun.misc"));
        put(
                "RF-04",
                Twin.partner("reflect.deep reflect.package").not(VERIFIER),
                Twin.partner("reflect.deep reflect.package"));
        put(
                "RF-05",
                Twin.of("file.delete:${victim} thread.create:1"),
                Twin.of("file.delete:${victim} file.write:${folder}/** thread.create:1"));
        put(
                "RF-11",
                Twin.partner("file.read:${secret} file.delete:${victim} file.write:${folder}/** reflect.trampoline")
                        .not(VERIFIER),
                Twin.partner("file.read:${secret} file.delete:${victim} file.write:${folder}/** reflect.trampoline"));
        put(
                "RF-15",
                Twin.partner("native.load file.read:${library}").not(VERIFIER),
                Twin.partner("native.load file.read:${library}"));
        put(
                "RF-17",
                Twin.partner("native.ffm file.write:${outs}/**").not(VERIFIER),
                Twin.partner("native.ffm file.write:${outs}/**"));
        put("RF-23", Twin.of("reflect.package").not(VERIFIER), Twin.of("reflect.package"));
        put(
                "CL-01",
                Twin.of("classloader.create file.list:${archive}").not(VERIFIER),
                Twin.of("classloader.create file.list:${archive}"));
        put(
                "CL-02",
                Twin.of("classloader.create class.define").not(VERIFIER),
                Twin.of("classloader.create class.define"));
        put(
                "CL-05",
                Twin.of("reflect.package").not(VERIFIER),
                Twin.of("reflect.package").not(NOTHING_THERE));
        put("CL-09", Twin.of("file.read:${secret}"), Twin.of("file.read:${secret}"));
        put("TH-01", Twin.of("thread.create:4"), Twin.of("thread.create:4"));
        put("TH-02", Twin.of("thread.create:10000"), Twin.of("thread.create:10000"));
        put("TH-03", Twin.partner("thread.inspect").not(VERIFIER), Twin.partner("thread.inspect"));
        put("TH-06", Twin.of("thread.create:8 file.write:${data}"), Twin.of("thread.create:8 file.write:${data}"));
        put("EN-01", Twin.of("env.read"), Twin.of("env.read").lacks("one"));
        put("EN-03", Twin.of("prop.read").not(VERIFIER), Twin.of("prop.read"));
        put("EN-04", Twin.of("prop.read"), Twin.of("prop.read"));
        put("EN-06", Twin.partner("prop.write prop.read").not(VERIFIER), Twin.partner("prop.write prop.read"));
        put("EN-07", Twin.of("prop.read").not(VERIFIER), Twin.of("prop.read").lacks("home"));
        put("OS-01", Twin.never(BY_INTERNAL), Twin.never(BY_INTERNAL));
        put("OS-02", Twin.never(BY_INTERNAL), Twin.never(BY_INTERNAL));
        put(
                "OS-03",
                Twin.partner("bundle.inspect reflect.package").not(VERIFIER),
                Twin.partner("bundle.inspect reflect.package").not(NOTHING_THERE));
        put(
                "OS-04",
                Twin.partner("bundle.inspect").not(VERIFIER),
                Twin.partner("bundle.inspect").not(NOTHING_THERE));
        put(
                "OS-05",
                Twin.of("service.get").not(VERIFIER),
                Twin.of("service.get").not(OWN_ALONE));
        put("OS-07", Twin.of("service.publish service.rank").not(VERIFIER), Twin.of("service.publish service.rank"));
        put("OS-08", Twin.never(NONE), Twin.never(NONE));
        put(
                "OS-11",
                Twin.of("config.write:${plugin}").not(VERIFIER),
                Twin.of("config.write:${plugin}").not(OWN_ALONE));
        put("OS-19", Twin.never(NONE), Twin.never(NONE));
        put(
                "OS-22",
                Twin.of("event.publish event.subscribe").not(RESERVED),
                Twin.of("event.publish event.subscribe").not(RESERVED));
        put("RS-01", Twin.never(NONE), Twin.never(NONE));
        put("RS-02", Twin.never(NONE), Twin.never(NONE));
        put("RS-03", Twin.of(""), Twin.of(""));
        put("RS-08", Twin.of(""), Twin.of(""));
        put("RS-10", Twin.of("").not(VERIFIER), Twin.of(""));
        put("RS-13", Twin.of(""), Twin.of(""));
        put("RS-06", Twin.of("thread.create:200"), Twin.of("thread.create:200"));
        put("RS-07", Twin.of("file.read:${data} file.write:${data}"), Twin.of("file.read:${data} file.write:${data}"));
        put("RS-11", Twin.never(NONE), Twin.never(NONE));
        Twin own = Twin.of("file.read:${data} file.write:${data}");
        // Up to 24 nobody can ask before a file is made longer, so the verifier does not open that.
        put("RS-12", Runtime.version().feature() < 25 ? own.not(VERIFIER) : own, own);
        put("RS-18", Twin.never(NONE), Twin.never(NONE));
    }

    private Twins() {}

    private static void put(String row, Twin confined, Twin worker) {
        ALL.put(row, Map.of(GuardedTier.CONFINED, confined, GuardedTier.WORKER, worker));
    }

    static Twin of(Row row, GuardedTier tier) {
        Map<GuardedTier, Twin> known = ALL.get(row.id());
        if (known == null) {
            throw new IllegalStateException("nothing is said of the twin of " + row);
        }
        return known.get(tier);
    }

    /** Of a row that is tried elsewhere, or that has to work anyway. */
    static String elsewhere(Row row) {
        return switch (row.kind()) {
            case CONTROL -> "works: it is a control";
            case ELSEWHERE -> "see " + row.note();
            default -> "none: what is wrong with its file is nobody's right";
        };
    }

    /** What is granted, and to whom. */
    static String granted(Row row) {
        List<String> all = ALL.getOrDefault(row.id(), Map.of()).values().stream()
                .filter(twin -> !twin.permission().isEmpty())
                .map(twin -> twin.permission() + (twin.level().equals("partner") ? " (partner)" : ""))
                .distinct()
                .sorted()
                .toList();
        return String.join("; ", all);
    }
}
