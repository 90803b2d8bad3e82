package org.sallyport.gateway.internal.session;

import java.util.concurrent.atomic.LongAdder;

/** What was counted since the gateway started. Thread-safe. */
public final class Counters {
    /** Requests of clients. */
    public final LongAdder requests = new LongAdder();

    /** Notifications and responses of clients. */
    public final LongAdder notices = new LongAdder();

    /** Messages of servers that were delivered to clients, answers not counted. */
    public final LongAdder fromServers = new LongAdder();

    /** Error responses given to clients, whoever made them. */
    public final LongAdder errors = new LongAdder();

    /** Messages that a plugin or a failing chain stopped. */
    public final LongAdder stopped = new LongAdder();

    /** Messages that were dropped: nobody waits for them, or too many waited. */
    public final LongAdder dropped = new LongAdder();

    /** Sessions that were opened. */
    public final LongAdder sessions = new LongAdder();

    /** HTTP requests that were refused before they became a message. */
    public final LongAdder refused = new LongAdder();

    /** Event streams that were cut because their client was too slow. */
    public final LongAdder cut = new LongAdder();
}
