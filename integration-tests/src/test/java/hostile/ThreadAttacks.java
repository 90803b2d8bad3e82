package hostile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows TH. */
public final class ThreadAttacks {
    private ThreadAttacks() {}

    /** Create. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Th01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("Thread", () -> {
                CountDownLatch ran = new CountDownLatch(1);
                new Thread(ran::countDown).start();
                return ran.await(5, TimeUnit.SECONDS);
            });
            steps.step("executor", () -> {
                ExecutorService executor = Executors.newFixedThreadPool(1);
                try {
                    return executor.submit(() -> "ran").get(5, TimeUnit.SECONDS);
                } finally {
                    executor.shutdown();
                }
            });
            steps.step("timer", () -> {
                CountDownLatch ran = new CountDownLatch(1);
                Timer timer = new Timer(true);
                timer.schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                ran.countDown();
                            }
                        },
                        0);
                boolean done = ran.await(5, TimeUnit.SECONDS);
                timer.cancel();
                return done;
            });
            steps.step(
                    "common pool",
                    () -> CompletableFuture.supplyAsync(() -> "ran").get(5, TimeUnit.SECONDS));
        }
    }

    /** Who runs. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Th03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("getAllStackTraces", () -> Thread.getAllStackTraces().size());
            steps.step("enumerate", () -> {
                ThreadGroup top = Thread.currentThread().getThreadGroup();
                while (top.getParent() != null) {
                    top = top.getParent();
                }
                return top.enumerate(new Thread[100]);
            });
        }
    }

    /** Stays when its plugin goes: each adds a byte to a file of its own until that is out of the way. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Th06 extends Attack {
        @Reference
        private PluginContext context;

        @Override
        protected void attack(Steps steps) {
            Path data = context.dataFolder();
            steps.step("thread", () -> {
                Thread thread = new Thread(() -> {
                    while (beat(data.resolve("beat-thread"))) {
                        pause();
                    }
                });
                thread.setDaemon(true);
                thread.start();
                return "started";
            });
            steps.step("timer", () -> {
                new Timer(true)
                        .schedule(
                                new TimerTask() {
                                    @Override
                                    public void run() {
                                        beat(data.resolve("beat-timer"));
                                    }
                                },
                                0,
                                50);
                return "started";
            });
            steps.step("executor", () -> {
                ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
                executor.scheduleAtFixedRate(() -> beat(data.resolve("beat-executor")), 0, 50, TimeUnit.MILLISECONDS);
                return "started";
            });
        }

        private static boolean beat(Path file) {
            try {
                Files.write(file, new byte[] {1}, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                return true;
            } catch (Exception e) {
                return false;
            }
        }

        private static void pause() {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                // It does not take a hint.
            }
        }
    }
}
