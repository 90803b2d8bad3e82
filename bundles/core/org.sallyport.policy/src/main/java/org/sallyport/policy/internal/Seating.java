package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.policy.internal.Handlers.Handler;
import org.sallyport.policy.internal.PluginCalls.CallFailed;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.policy.PolicyType.Member;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configures plugins and closes what came of it, on host threads and within a limit of time. Thread-safe. */
final class Seating {
    /** Longest time that a member has to close. */
    static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    /** Most characters of a status. */
    static final int MAX_STATUS = 80;

    private static final Logger log = LoggerFactory.getLogger(Seating.class);

    private record Watch(PluginDescriptor plugin, PluginWatch watch) {}

    private final PluginCalls calls;
    private final PluginFaults faults;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();

    Seating(PluginCalls calls, PluginFaults faults) {
        this.calls = calls;
        this.faults = faults;
    }

    /** The account of a plugin's revision; a new revision has a new one. */
    PluginWatch watch(Handler<?> handler) {
        PluginDescriptor plugin = handler.plugin();
        return watches.compute(
                        handler.pluginName(),
                        (name, known) -> known != null && known.plugin().equals(plugin)
                                ? known
                                : new Watch(plugin, new PluginWatch(name, faults)))
                .watch();
    }

    PluginWatch watchOfStandIn() {
        return new PluginWatch("", faults);
    }

    /** Forgets the accounts of plugins that are not in service: if they come back, they begin anew. */
    void retainOnly(PluginSet set) {
        Set<String> present =
                set.revisions().stream().map(PluginRevision::name).collect(java.util.stream.Collectors.toSet());
        watches.keySet().retainAll(present);
    }

    /**
     * Lets plugins make members for one compilation or one check: one that did not answer is not asked again, so that it
     * holds nobody up once for each of its instances and keeps no thread for each either.
     */
    final class Sitting {
        private final Set<String> hanging = new HashSet<>();

        /** Whether the plugin may be asked: no instance of it was in vain. */
        void checkAnswers(Handler<?> handler) throws CallFailed {
            if (hanging.contains(handler.pluginName())) {
                throw new CallFailed(
                        new Failure(Failure.TIMEOUT, "another instance of it did not answer in time", ""), null);
            }
        }

        /** The same as {@link Seating#configure}. */
        <P> Configured configure(String instance, Handler<P> handler, Settings settings, PluginSet set, Duration limit)
                throws CallFailed {
            checkAnswers(handler);
            try {
                return Seating.this.configure(handler, settings, set, limit);
            } catch (CallFailed e) {
                if (e.failure().type().equals(Failure.TIMEOUT)) {
                    hanging.add(handler.pluginName());
                    watch(handler).judge(instance);
                }
                throw e;
            }
        }
    }

    /** A member and what it says of itself. */
    record Configured(Member member, String status) {}

    /**
     * Lets a plugin make a member. Waits for it, at most {@code limit}.
     *
     * @throws CallFailed if it refused the settings, failed, did not answer, or is not called any more
     */
    private <P> Configured configure(Handler<P> handler, Settings settings, PluginSet set, Duration limit)
            throws CallFailed {
        PluginWatch watch = watch(handler);
        String condemned = watch.condemned();
        if (condemned != null) {
            throw new CallFailed(new Failure(Failure.QUARANTINED, condemned, ""), null);
        }
        return await(watch, limit, () -> {
            Member member = handler.type().configure(handler.contribution().service(), settings);
            if (member == null) {
                throw new IllegalStateException("The plugin made nothing of its settings (null)");
            }
            return new Configured(member, status(handler, settings, set));
        });
    }

    private Configured await(PluginWatch watch, Duration limit, java.util.concurrent.Callable<Configured> body)
            throws CallFailed {
        try {
            return calls.call(watch, limit, body, Seating::closeLate).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CallFailed failed) {
                throw failed;
            }
            throw e;
        } catch (RejectedExecutionException e) {
            throw new CallFailed(new Failure(Failure.OVERLOADED, "No thread was free: " + e.getMessage(), ""), null);
        }
    }

    /** Nobody will ever call what came too late. Runs the plugin's code. */
    private static void closeLate(Configured made) {
        try {
            made.member().close();
        } catch (Exception | LinkageError e) {
            log.warn(
                    "What a plugin made of its settings too late did not close well: [{}]",
                    Failure.of(e).type());
        }
    }

    /** Runs the plugin's code. */
    private static String status(Handler<?> handler, Settings settings, PluginSet set) {
        List<Contribution<StatusText>> own = set.ofAllVersions(StatusText.class).stream()
                .filter(c -> c.pluginName().equals(handler.pluginName()))
                .toList();
        Optional<Contribution<StatusText>> told = own.stream()
                .filter(c -> c.handler().equals(handler.name()))
                .findFirst()
                .or(() -> own.stream().findFirst());
        if (told.isEmpty()) {
            return "";
        }
        try {
            String text = told.get().service().statusText(settings);
            return text == null ? "" : text.length() <= MAX_STATUS ? text : text.substring(0, MAX_STATUS);
        } catch (Exception | LinkageError | StackOverflowError e) {
            // A line in a list is not worth refusing a plugin that works.
            return "";
        }
    }

    /** Closes members; completes when all are closed or had their time. Never fails. */
    CompletableFuture<Void> close(List<Seat> seats) {
        return CompletableFuture.allOf(seats.stream()
                .map(seat -> close(seat.instance(), seat.member, seat.watch))
                .toArray(CompletableFuture[]::new));
    }

    CompletableFuture<Void> close(String instance, Member member, PluginWatch watch) {
        try {
            return calls.call(watch, CLOSE_LIMIT, () -> {
                        member.close();
                        return Boolean.TRUE;
                    })
                    .handle((done, thrown) -> {
                        if (thrown instanceof CallFailed failed) {
                            log.warn(
                                    "Instance [{}] did not close well: [{}]{}",
                                    instance,
                                    failed.failure().type(),
                                    failed.failure().where().isEmpty()
                                            ? ""
                                            : " at [" + failed.failure().where() + "]");
                        }
                        return null;
                    });
        } catch (RejectedExecutionException e) {
            log.warn("Instance [{}] was not closed: {}", instance, e.getMessage());
            return CompletableFuture.completedFuture(null);
        }
    }
}
