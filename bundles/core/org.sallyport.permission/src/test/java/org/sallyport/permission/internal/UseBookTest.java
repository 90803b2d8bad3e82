package org.sallyport.permission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests.Asked;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Places;

@DisplayName("What plugins do")
class UseBookTest {
    private static final PluginId ID = new PluginId("acme");
    private static final Version ONE = new Version(1, 0, 0);
    private static final VersionKey KEY = new VersionKey("acme", "1.0.0");

    private final List<Map<String, String>> audited = Collections.synchronizedList(new ArrayList<>());
    private Set<VersionKey> serving = Set.of();
    private final UseBook book = new UseBook(
            (event, subject, details) -> {
                audited.add(details);
            },
            key -> Optional.of(List.of(new Asked(new Permission("file", "read", "/x"), "", false))),
            () -> serving,
            Duration.ofHours(1));

    private String deny(String type, String action, String target) {
        return book.report(ID, ONE, new Permission(type, action, target), false, "test");
    }

    private void use(String type, String action, String target) {
        assertThat(book.report(ID, ONE, new Permission(type, action, target), true, "test"))
                .isEmpty();
    }

    private long times() {
        return audited.stream()
                .mapToLong(one -> Long.parseLong(one.get("times")))
                .sum();
    }

    @Test
    @DisplayName("without a permission is in the audit with its repeats, and the sentence says how to grant it")
    void denials() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(deny("file", "read", "/etc/passwd"))
                    .contains("If it may, grant it with 'permission:grant acme file.read:/etc/passwd --version 1.0.0'");
        }
        assertThat(deny("net", "connect", "x.org:80"))
                .contains("It does not ask for it", "@RequiresPermission(type = \"net\", actions = \"connect\"");
        assertThat(deny("jvm", "exit", "")).contains("has no permission [jvm.exit]. ");
        book.close();

        assertThat(times()).isEqualTo(1_002);
        assertThat(audited).hasSizeBetween(3, 6);
        assertThat(audited)
                .filteredOn(one -> one.get("target").equals("/etc/passwd"))
                .hasSizeBetween(1, 2)
                .allSatisfy(one -> assertThat(one)
                        .containsEntry("permission", "file.read")
                        .containsEntry("layer", "test")
                        .containsEntry("version", "1.0.0"));
    }

    @Test
    @DisplayName("before they are let in is counted and not in the audit, until they do it")
    void verifier() {
        Permission act = new Permission("env", "read", "");
        for (int i = 0; i < 3; i++) {
            assertThat(book.report(ID, ONE, act, false, PermissionUse.VERIFIER))
                    .contains("'permission:grant acme env.read");
        }
        assertThat(book.denied(KEY)).extracting(UseBook.Line::times).containsExactly(3L);

        deny("env", "read", "");
        deny("env", "read", "");
        book.report(ID, ONE, act, false, PermissionUse.VERIFIER);
        book.close();

        assertThat(times()).isEqualTo(3);
        assertThat(audited).isNotEmpty().allSatisfy(one -> assertThat(one).containsEntry("layer", "test"));
    }

    @Test
    @DisplayName("at a limit is in the audit once, and the sentence says where the limit is, not how to grant it")
    void limits() {
        assertThat(deny("limit", "disk.mb", "64"))
                .contains("has reached its limit [disk.mb] of [64]", "[sallyport.worker.disk.mb]")
                .doesNotContain("permission:grant");
        book.close();

        assertThat(audited).hasSize(1).allMatch(one -> one.get("permission").equals("limit.disk.mb"));
        assertThat(LeastManifest.of(List.of(new Permission("limit", "disk.mb", "64")), Places.NONE))
                .isEmpty();
    }

    @Test
    @DisplayName("is kept within bounds, whatever they do it to")
    void bounds() {
        for (int i = 0; i < 3 * UseBook.MAX_ACTS; i++) {
            deny("env", "read", "X" + i);
            use("env", "read", "Y" + i);
        }
        deny("env", "read", "x".repeat(1_000_000));
        deny("env", "read", "a\nb");
        assertThat(book.used(KEY)).hasSize(UseBook.MAX_ACTS + 1);
        assertThat(book.denied(KEY)).hasSize(UseBook.MAX_ACTS + 1);
        assertThat(book.used(KEY).stream().mapToLong(UseBook.Line::times).sum()).isEqualTo(3L * UseBook.MAX_ACTS);
        book.report(
                ID, new Version(3, 0, 0), new Permission("t".repeat(10_000), "a\nb".repeat(10_000), ""), false, "test");
        book.report(ID, new Version(3, 0, 0), new Permission("t".repeat(10_000), "a".repeat(10_000), ""), true, "test");
        VersionKey third = new VersionKey("acme", "3.0.0");
        assertThat(List.of(book.used(third).get(0), book.denied(third).get(0))).allSatisfy(one -> {
            assertThat(one.act().toString())
                    .hasSizeLessThan(3 * UseBook.MAX_TARGET)
                    .doesNotContain("\n");
            assertThat(one.cause()).hasSizeLessThan(8 * UseBook.MAX_TARGET).doesNotContain("\n");
        });
        book.forget(third);
        for (int i = 0; i < 2 * UseBook.MAX_VERSIONS; i++) {
            assertThat(book.report(ID, new Version(2, i, 0), new Permission("env", "read", "X"), false, "test"))
                    .isNotEmpty();
        }
        assertThat(book.versions("acme")).hasSize(UseBook.MAX_VERSIONS);
        book.close();
        assertThat(audited)
                .allSatisfy(one -> assertThat(
                                one.get("target").length() + one.get("cause").length())
                        .isLessThan(4 * UseBook.MAX_TARGET));
    }

    @Test
    @DisplayName("is counted of the versions in service and of the latest others, and none of it is lost to the audit")
    void latest() {
        Permission act = new Permission("env", "read", "X");
        serving = Set.of(KEY);
        deny("env", "read", "X");
        for (int i = 0; i < UseBook.MAX_VERSIONS + 2; i++) {
            for (int times = 0; times < 3; times++) {
                book.report(ID, new Version(2, i, 0), act, false, "test");
            }
        }

        assertThat(book.versions("acme"))
                .hasSize(UseBook.MAX_VERSIONS)
                .contains(KEY, new VersionKey("acme", "2." + (UseBook.MAX_VERSIONS + 1) + ".0"))
                .doesNotContain(new VersionKey("acme", "2.0.0"), new VersionKey("acme", "2.2.0"));
        book.close();
        assertThat(times()).isEqualTo(1 + 3L * (UseBook.MAX_VERSIONS + 2));
        assertThat(audited.stream().map(one -> one.get("version")).distinct()).hasSize(UseBook.MAX_VERSIONS + 3);
    }

    @Test
    @DisplayName("is not counted beyond so many versions in service, and denied")
    void allServe() {
        serving = new HashSet<>();
        for (int i = 0; i < UseBook.MAX_VERSIONS; i++) {
            serving.add(new VersionKey("acme", "2." + i + ".0"));
            book.report(ID, new Version(2, i, 0), new Permission("env", "read", "X"), true, "test");
        }

        assertThat(deny("env", "read", "X")).contains("has no permission [env.read]");
        assertThat(book.versions("acme")).hasSize(UseBook.MAX_VERSIONS).doesNotContain(KEY);
        book.close();
    }

    @Test
    @DisplayName("keeps nobody waiting while the audit does, and is told again if the audit failed")
    void slowAudit() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        UseBook slow = new UseBook(
                (event, subject, details) -> {
                    try {
                        free.await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    if (told.isEmpty()) {
                        told.add("failed");
                        failed.countDown();
                        throw new PluginException("audit_failed", "the disk is full");
                    }
                    told.add(details.get("times"));
                },
                key -> Optional.empty(),
                Set::of,
                Duration.ofHours(1));
        for (int i = 0; i < 100; i++) {
            slow.report(ID, ONE, new Permission("env", "read", "X"), false, "test");
        }
        free.countDown();
        assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
        slow.close();

        assertThat(told.get(0)).isEqualTo("failed");
        assertThat(told.subList(1, told.size()).stream()
                        .mapToLong(Long::parseLong)
                        .sum())
                .isEqualTo(100);
    }

    @Test
    @DisplayName("makes the least manifest: folders for variables and for many files, actions joined, most threads")
    void manifest() {
        List<Permission> acts = new ArrayList<>(List.of(
                new Permission("file", "read", "/h/data/acme/a"),
                new Permission("file", "write", "/h/data/acme/b/c"),
                new Permission("file", "read", "/h/data/acmes"),
                new Permission("net", "connect", "x.org/93.184.216.34:443"),
                new Permission("net", "connect", "x.org:443"),
                new Permission("net", "resolve", "x.org/93.184.216.34"),
                new Permission("thread", "create", "1"),
                new Permission("thread", "create", "3"),
                new Permission("config", "read", "acme")));
        for (int i = 0; i <= LeastManifest.MOST_FILES; i++) {
            acts.add(new Permission("file", "read", "/many/" + i));
        }

        assertThat(LeastManifest.of(acts, new Places("/h/data/acme", "/h/tmp/acme", "acme")))
                .containsExactly(
                        "@RequiresPermission(type = \"config\", actions = \"read\", scope = \"${plugin}\")",
                        "@RequiresPermission(type = \"file\", actions = {\"read\", \"write\"}, scope = \"${data}\")",
                        "@RequiresPermission(type = \"file\", actions = \"read\", scope = \"/h/data/acmes\")",
                        "@RequiresPermission(type = \"file\", actions = \"read\", scope = \"/many/*\")",
                        "@RequiresPermission(type = \"net\", actions = \"resolve\", scope = \"x.org\")",
                        "@RequiresPermission(type = \"net\", actions = \"connect\", scope = \"x.org:443\")",
                        "@RequiresPermission(type = \"thread\", actions = \"create\", scope = \"3\")");
    }
}
