package org.sallyport.worker.internal.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.config.SettingsView;

/**
 * What the host hands to a plugin with a call: a copy of all that does not change, so that looking at it costs no way to the
 * host. What does change is asked there.
 */
final class Views {
    private static final int SETTINGS = 0;
    private static final int POLICY_CALL = 1;
    private static final int REPORT = 2;
    private static final int HOOK_CALL = 3;
    private static final int ACTION_CALL = 4;

    private Views() {}

    static boolean isView(Object value) {
        return value instanceof PolicyCall
                || value instanceof Settings
                || value instanceof PolicyReport
                || value instanceof HookCall
                || value instanceof ActionCall;
    }

    /** The time that a call has by itself; empty if it does not say. */
    static Optional<Duration> remaining(@Nullable Object @Nullable [] arguments) {
        if (arguments != null) {
            for (Object argument : arguments) {
                if (argument instanceof PolicyCall call) {
                    return Optional.of(call.remaining());
                } else if (argument instanceof ActionCall call) {
                    return Optional.of(call.remaining());
                }
            }
        }
        return Optional.empty();
    }

    static void write(Out out, Object value, Values.Refs refs) {
        if (value instanceof Settings settings) {
            out.u8(SETTINGS);
            out.string(settings.instance());
            scope(out, settings.scope());
            Values.write(out, settings.document(), Document.class, refs);
        } else if (value instanceof PolicyCall call) {
            out.u8(POLICY_CALL);
            message(out, call.message(), refs);
            optional(out, call.request(), refs);
            exchange(out, call.exchange(), refs);
            scope(out, call.scope());
            time(out, call.remaining(), call, PolicyCall.class, refs);
            out.u8(call.replayed() ? 1 : 0);
        } else if (value instanceof PolicyReport report) {
            out.u8(REPORT);
            report(out, report, refs);
        } else if (value instanceof HookCall call) {
            out.u8(HOOK_CALL);
            out.string(call.hook());
        } else if (value instanceof ActionCall call) {
            out.u8(ACTION_CALL);
            scope(out, call.scope());
            time(out, call.remaining(), call, ActionCall.class, refs);
        }
    }

    static Object read(In in, Values.Refs refs) throws ProtocolException {
        int kind = in.u8();
        return switch (kind) {
            case SETTINGS -> new SettingsView(in.string(), scope(in), Values.readDocument(in));
            case POLICY_CALL -> {
                Message message = message(in);
                Optional<Message> request = optionalMessage(in);
                Exchange exchange = exchange(in, refs);
                Scope scope = scope(in);
                Time time = time(in, PolicyCall.class, refs);
                yield new CallView(message, request, exchange, scope, time, in.u8() != 0);
            }
            case REPORT -> report(in, refs);
            case HOOK_CALL -> {
                String hook = in.string();
                yield (HookCall) () -> hook;
            }
            case ACTION_CALL -> new ActionView(scope(in), time(in, ActionCall.class, refs));
            default -> throw new ProtocolException("a view of no kind");
        };
    }

    private static void scope(Out out, Scope scope) {
        out.string(scope.tenant());
        out.string(scope.server());
    }

    private static Scope scope(In in) throws ProtocolException {
        return new Scope(in.string(), in.string());
    }

    private static void duration(Out out, Duration duration) {
        out.i64(duration.getSeconds());
        out.i64(duration.getNano());
    }

    private static Duration duration(In in) throws ProtocolException {
        return Duration.ofSeconds(in.i64(), in.i64());
    }

    private static void instant(Out out, Instant instant) {
        out.i64(instant.getEpochSecond());
        out.i64(instant.getNano());
    }

    private static Instant instant(In in) throws ProtocolException {
        return Instant.ofEpochSecond(in.i64(), in.i64());
    }

    private static void time(Out out, Duration remaining, Object call, Class<?> contract, Values.Refs refs) {
        duration(out, remaining);
        out.number(refs.export(call, List.of(contract)));
    }

    private static Time time(In in, Class<?> contract, Values.Refs refs) throws ProtocolException {
        long end = System.nanoTime() + duration(in).toNanos();
        Object call = refs.imported(in.index(), List.of(contract));
        return new Time(
                end, () -> call instanceof PolicyCall policy ? policy.cancelled() : ((ActionCall) call).cancelled());
    }

    /**
     * When a call ends.
     *
     * @param end by this side's clock
     * @param cancelled asks the host
     */
    private record Time(long end, BooleanSupplier cancelled) {
        Duration remaining() {
            return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        }

        boolean over() {
            return end - System.nanoTime() <= 0 || cancelled.getAsBoolean();
        }
    }

    private static void message(Out out, Message message, Values.Refs refs) {
        out.string(message.protocol());
        out.string(message.kind());
        out.string(message.method());
        Values.write(out, message.document(), Document.class, refs);
    }

    private static Message message(In in) throws ProtocolException {
        return new MessageView(in.string(), in.string(), in.string(), Values.readDocument(in));
    }

    private static void optional(Out out, Optional<Message> message, Values.Refs refs) {
        out.u8(message.isPresent() ? 1 : 0);
        message.ifPresent(one -> message(out, one, refs));
    }

    private static Optional<Message> optionalMessage(In in) throws ProtocolException {
        return in.u8() == 0 ? Optional.empty() : Optional.of(message(in));
    }

    private static void exchange(Out out, Exchange exchange, Values.Refs refs) {
        out.number(refs.export(exchange, List.of(Exchange.class)));
        out.string(exchange.id());
        out.string(exchange.server());
        out.string(exchange.session());
        out.string(exchange.principal());
        out.string(exchange.tenant());
        out.u8(exchange.fromServer() ? 1 : 0);
        instant(out, exchange.began());
        duration(out, exchange.elapsed());
    }

    private static Exchange exchange(In in, Values.Refs refs) throws ProtocolException {
        Exchange host = (Exchange) refs.imported(in.index(), List.of(Exchange.class));
        return new ExchangeView(
                host,
                in.string(),
                in.string(),
                in.string(),
                in.string(),
                in.string(),
                in.u8() == 1,
                instant(in),
                System.nanoTime() - duration(in).toNanos());
    }

    private record MessageView(String protocol, String kind, String method, Document document) implements Message {}

    private record ExchangeView(
            Exchange host,
            String id,
            String server,
            String session,
            String principal,
            String tenant,
            boolean fromServer,
            Instant began,
            long start)
            implements Exchange {
        @Override
        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - start);
        }

        @Override
        public Document recall(String key) {
            return host.recall(key);
        }

        @Override
        public void remember(String key, Document value) {
            host.remember(key, value);
        }
    }

    private record CallView(
            Message message, Optional<Message> request, Exchange exchange, Scope scope, Time time, boolean replayed)
            implements PolicyCall {
        @Override
        public Duration remaining() {
            return time.remaining();
        }

        @Override
        public boolean cancelled() {
            return time.over();
        }
    }

    private record ActionView(Scope scope, Time time) implements ActionCall {
        @Override
        public Duration remaining() {
            return time.remaining();
        }

        @Override
        public boolean cancelled() {
            return time.over();
        }
    }

    private static void report(Out out, PolicyReport report, Values.Refs refs) {
        out.u8(report.outcome().ordinal());
        message(out, report.message(), refs);
        exchange(out, report.exchange(), refs);
        optional(out, report.request(), refs);
        Values.write(out, report.stages(), List.class, refs);
        Values.write(out, report.original(), Optional.class, refs);
        Values.write(out, report.result(), Optional.class, refs);
        out.u8((report.securityEvaluated() ? 1 : 0) | (report.cleared() ? 2 : 0) | (report.modified() ? 4 : 0));
        Values.write(out, report.blockedAt(), Optional.class, refs);
        Values.write(out, report.completedBy(), Optional.class, refs);
        out.string(report.reason());
        out.i64(report.originalBytes());
        instant(out, report.at());
        duration(out, report.took());
    }

    @SuppressWarnings("unchecked")
    private static PolicyReport report(In in, Values.Refs refs) throws ProtocolException {
        Outcome outcome = (Outcome) ApiTypes.constant(ApiTypes.place(Outcome.class), in.u8());
        Message message = message(in);
        Exchange exchange = exchange(in, refs);
        Optional<Message> request = optionalMessage(in);
        List<PolicyReport.Stage> stages = List.copyOf((ArrayList<PolicyReport.Stage>) some(Values.read(in, refs)));
        Optional<Document> original = (Optional<Document>) some(Values.read(in, refs));
        Optional<Document> result = (Optional<Document>) some(Values.read(in, refs));
        int flags = in.u8();
        Optional<String> blockedAt = (Optional<String>) some(Values.read(in, refs));
        Optional<String> completedBy = (Optional<String>) some(Values.read(in, refs));
        return new ReportView(
                outcome,
                message,
                exchange,
                request,
                stages,
                original,
                result,
                (flags & 1) != 0,
                (flags & 2) != 0,
                (flags & 4) != 0,
                blockedAt,
                completedBy,
                in.string(),
                in.i64(),
                instant(in),
                duration(in));
    }

    private static Object some(@Nullable Object value) throws ProtocolException {
        if (value == null) {
            throw new ProtocolException("a report with nothing in it");
        }
        return value;
    }

    private record ReportView(
            Outcome outcome,
            Message message,
            Exchange exchange,
            Optional<Message> request,
            List<Stage> stages,
            Optional<Document> original,
            Optional<Document> result,
            boolean securityEvaluated,
            boolean cleared,
            boolean modified,
            Optional<String> blockedAt,
            Optional<String> completedBy,
            String reason,
            long originalBytes,
            Instant at,
            Duration took)
            implements PolicyReport {}
}
