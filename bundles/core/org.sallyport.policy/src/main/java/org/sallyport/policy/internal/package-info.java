/**
 * The policy chain: compiles plugins and configuration into immutable snapshots, and passes messages through them.
 *
 * <p>Who runs what. A pass runs on a {@link org.sallyport.policy.internal.HostThread}; plugin code runs nowhere else.
 * Snapshots are compiled on one thread of the {@link org.sallyport.policy.internal.Publisher}, which holds no lock. The
 * {@link org.sallyport.policy.internal.Watchdog} is one more thread and never runs plugin code.
 */
@NullMarked
package org.sallyport.policy.internal;

import org.jspecify.annotations.NullMarked;
