package org.sallyport.gateway.internal.upstream;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;

/** A conversation with a server in this process that speaks the legacy era. Thread-safe. */
public abstract class LocalLink implements Upstream.Link {
    /** The revisions that such servers speak, newest first. */
    protected static final List<String> REVISIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

    private final Upstream.Inbox inbox;
    private final ArrayDeque<Frame> outgoing = new ArrayDeque<>();
    private boolean delivering;
    private volatile boolean closed;

    protected LocalLink(Upstream.Inbox inbox) {
        this.inbox = inbox;
    }

    /** The revision that is spoken with a client that wants this one. */
    protected static String revision(Document initializeParams) {
        String wanted = initializeParams.get("protocolVersion").text("");
        return REVISIONS.contains(wanted) ? wanted : REVISIONS.get(0);
    }

    /** Whether nothing is delivered any more. */
    protected final boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Answers a request. */
    protected final void result(Document id, Document result) {
        answer(id, "result", result);
    }

    /** Answers a request with an error. */
    protected final void error(Document id, int code, String message) {
        error(id, code, message, Document.NULL);
    }

    /** Answers a request with an error that says more to programs. */
    protected final void error(Document id, int code, String message, Document data) {
        Map<String, Document> error = new LinkedHashMap<>();
        error.put("code", Document.of(code));
        error.put("message", Document.of(message));
        if (!data.isNull()) {
            error.put("data", data);
        }
        answer(id, "error", Document.object(error));
    }

    private void answer(Document id, String member, Document value) {
        Map<String, Document> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", Document.of("2.0"));
        answer.put("id", id);
        answer.put(member, value);
        deliver(Document.object(answer));
    }

    /** One thread at a time delivers, without a lock held, in the order in which it was queued. */
    protected final void deliver(Document message) {
        synchronized (outgoing) {
            outgoing.add(Frame.of(message));
            if (delivering) {
                return;
            }
            delivering = true;
        }
        while (true) {
            Frame next;
            synchronized (outgoing) {
                next = outgoing.poll();
                if (next == null) {
                    delivering = false;
                    return;
                }
            }
            if (!closed) {
                inbox.received(next, "");
            }
        }
    }
}
