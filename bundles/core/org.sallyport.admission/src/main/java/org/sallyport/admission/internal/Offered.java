package org.sallyport.admission.internal;

import org.sallyport.spi.plugin.Contribution;

/** One service of a plugin, as a part of a set: one that admission holds, or the stand-in of one that sleeps. */
interface Offered extends Contribution<Object> {
    /** Whether it is a service of this contract. */
    boolean is(Class<?> contract);

    /** Orders the services of one handler. */
    long serviceId();

    /** The contract, without its package, and the handler, for lists. */
    String label();
}
