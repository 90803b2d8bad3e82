package org.sallyport.gateway.internal.upstream;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Scope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of an action. It is answered once: by the action, or at the deadline. */
final class ToolCall implements ActionCall, Runnable {
    /** The revision from which on results may hold structured content. */
    private static final String STRUCTURED = "2025-06-18";

    private static final Logger log = LoggerFactory.getLogger(ToolCall.class);

    private final UpstreamSettings settings;
    private final PluginTools tools;
    private final Generation.Tool tool;
    private final Generation generation;
    private final Document arguments;
    private final String revision;
    private final Consumer<Document> answer;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final AtomicBoolean late = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();
    private final CompletableFuture<Void> timeout = new CompletableFuture<>();
    private final long beganNanos = System.nanoTime();
    private volatile boolean started;
    private volatile @Nullable Future<?> work;
    private volatile boolean cancelled;

    ToolCall(
            UpstreamSettings settings,
            PluginTools tools,
            Generation.Tool tool,
            Generation generation,
            Document arguments,
            String revision,
            Consumer<Document> answer) {
        this.settings = settings;
        this.tools = tools;
        this.tool = tool;
        this.generation = generation;
        this.arguments = arguments;
        this.revision = revision;
        this.answer = answer;
    }

    void start() {
        work = tools.run(this);
        if (!settings.requestTimeout().isZero()) {
            timeout.orTimeout(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(over -> {
                        expire();
                        return null;
                    });
        }
    }

    /** Nobody waits any more. */
    void cancel() {
        decided.set(true);
        stop();
    }

    private void expire() {
        if (decided.compareAndSet(false, true)) {
            if (started && late.compareAndSet(false, true)) {
                tools.hangs(settings.plugin().orElseThrow());
            }
            stop();
            answer.accept(problem(
                    "timeout",
                    "The tool [" + tool.name() + "] did not end within "
                            + settings.requestTimeout().toMillis() + " ms"));
        }
    }

    private void stop() {
        cancelled = true;
        Future<?> running = work;
        if (running != null && running.cancel(true) && !started) {
            leave();
        }
    }

    @Override
    public void run() {
        started = true;
        try {
            Document result = cancelled ? Document.NULL : outcome();
            if (decided.compareAndSet(false, true)) {
                answer.accept(result);
            }
        } finally {
            timeout.complete(null);
            if (!late.compareAndSet(false, true)) {
                tools.ended(settings.plugin().orElseThrow());
            }
            leave();
        }
    }

    private void leave() {
        if (left.compareAndSet(false, true)) {
            generation.exit();
        }
    }

    private Document outcome() {
        try {
            Document result = tool.action().run(arguments, this);
            return result == null ? problem("failed", "The tool [" + tool.name() + "] gave no result") : shaped(result);
        } catch (PluginException e) {
            return problem(e.code(), String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            // Whatever a plugin throws, the host goes on. Its text is not for the caller: nobody wrote it for them.
            log.warn(
                    "Tool [{}] of plugin [{}] failed",
                    tool.name(),
                    settings.plugin().orElseThrow(),
                    e);
            return problem(
                    "failed",
                    "The tool [" + tool.name() + "] failed: " + e.getClass().getSimpleName());
        }
    }

    private Document shaped(Document result) {
        if (result.get("content").isArray()) {
            return result;
        }
        Map<String, Document> shaped = new LinkedHashMap<>();
        shaped.put("content", text(result.isString() ? result.text("") : result.toJson()));
        if (result.isObject() && revision.compareTo(STRUCTURED) >= 0) {
            shaped.put("structuredContent", result);
        }
        return Document.object(shaped);
    }

    private static Document problem(String code, String message) {
        Map<String, Document> result = new LinkedHashMap<>();
        result.put("content", text(code + ": " + message));
        result.put("isError", Document.TRUE);
        return Document.object(result);
    }

    private static Document text(String text) {
        Map<String, Document> block = new LinkedHashMap<>();
        block.put("type", Document.of("text"));
        block.put("text", Document.of(text));
        return Document.array(List.of(Document.object(block)));
    }

    @Override
    public Scope scope() {
        return Scope.server(settings.name());
    }

    @Override
    public Duration remaining() {
        if (settings.requestTimeout().isZero()) {
            return Duration.ofDays(1);
        }
        Duration left = settings.requestTimeout().minusNanos(System.nanoTime() - beganNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }
}
