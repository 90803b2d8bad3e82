package org.sallyport.policy.internal;

import java.util.concurrent.atomic.LongAdder;

/** What a member would have done to the messages that it only saw. Thread-safe. */
final class ShadowCounts {
    final LongAdder seen = new LongAdder();
    final LongAdder wouldBlock = new LongAdder();
    final LongAdder wouldChange = new LongAdder();
    final LongAdder wouldAnswer = new LongAdder();
    final LongAdder failed = new LongAdder();

    /** Messages that it did not see because too many waited to be seen. */
    final LongAdder missed = new LongAdder();
}
