package hostile;

import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.AllPermission;
import java.security.CodeSource;
import java.security.Permissions;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import org.osgi.service.component.annotations.Component;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows CL. The argument {@code internal} names a class of the platform. */
public final class LoaderAttacks {
    private LoaderAttacks() {}

    /** A loader of the JDK. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Cl01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("new", () -> {
                URL[] urls = {Path.of(steps.text("archive")).toUri().toURL()};
                try (URLClassLoader loader = new URLClassLoader(urls)) {
                    return loader;
                }
            });
            steps.step("newInstance", () -> {
                URL[] urls = {Path.of(steps.text("archive")).toUri().toURL()};
                try (URLClassLoader loader = URLClassLoader.newInstance(urls)) {
                    return loader;
                }
            });
        }
    }

    /** A loader of its own, with rights of its own. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Cl02 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("defineClass", () -> {
                byte[] bytes;
                try (InputStream in = Cl02.class.getResourceAsStream("LoaderAttacks$Payload.class")) {
                    bytes = in.readAllBytes();
                }
                return new Forger().forge(bytes);
            });
        }
    }

    /** What the forger defines. */
    public static final class Payload {}

    private static final class Forger extends ClassLoader {
        Class<?> forge(byte[] bytes) {
            Permissions all = new Permissions();
            all.add(new AllPermission());
            ProtectionDomain domain = new ProtectionDomain(new CodeSource(null, (Certificate[]) null), all);
            return defineClass(null, bytes, 0, bytes.length, domain);
        }
    }

    /** The loaders of others. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Cl05 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "context loader",
                    () -> Thread.currentThread().getContextClassLoader().loadClass(steps.text("internal")));
            steps.step("system loader", () -> ClassLoader.getSystemClassLoader().loadClass(steps.text("internal")));
            steps.step(
                    "forName", () -> Class.forName(steps.text("internal"), true, ClassLoader.getSystemClassLoader()));
        }
    }

    /** Loads a class of an archive two deep that does what is forbidden. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Cl09 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("nested", () -> Deep.read(steps.text("secret")));
        }
    }

    /** Lies in the archive two deep. */
    public static final class Deep {
        private Deep() {}

        static Object read(String file) throws Exception {
            return java.nio.file.Files.readString(Path.of(file));
        }
    }
}
