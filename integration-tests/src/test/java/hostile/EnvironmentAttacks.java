package hostile;

import java.util.Properties;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows EN. */
public final class EnvironmentAttacks {
    private EnvironmentAttacks() {}

    /** The environment. */
    @Component(service = MiddlewarePlugin.class)
    public static final class En01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("one", () -> System.getenv("PATH"));
            steps.step("all", () -> System.getenv().size());
        }
    }

    /** Properties. */
    @Component(service = MiddlewarePlugin.class)
    public static final class En03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("getProperty", () -> System.getProperty("user.home"));
            steps.step("getProperties", () -> System.getProperties().getProperty("user.dir"));
        }
    }

    /** Typed. */
    @Component(service = MiddlewarePlugin.class)
    public static final class En04 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("Integer", () -> Integer.getInteger("java.specification.version"));
            steps.step("Long", () -> Long.getLong("java.vm.specification.version"));
            steps.step("Boolean", () -> Boolean.getBoolean("java.awt.headless"));
        }
    }

    /** Writes. What it changes it changes back. */
    @Component(service = MiddlewarePlugin.class)
    public static final class En06 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("setProperty", () -> {
                System.setProperty("attack", "set");
                return System.clearProperty("attack");
            });
            steps.step("setProperties", () -> {
                Properties all = System.getProperties();
                System.setProperties(all);
                return "set";
            });
        }
    }

    /** What the framework was told. */
    @Component(service = MiddlewarePlugin.class)
    public static final class En07 extends Attack {
        private final BundleContext context;

        /** Gets the framework's context. */
        @Activate
        public En07(BundleContext context) {
            this.context = context;
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("storage", () -> context.getProperty("org.osgi.framework.storage"));
            steps.step("home", () -> context.getProperty("sallyport.home"));
        }
    }
}
