package org.sallyport.spi.admin;

import org.osgi.annotation.versioning.ConsumerType;

/** An answer of a verb that is a judgement, too. The command line shows it either way, and ends with 1 if it is not good. */
@ConsumerType
public interface Judged {
    /** Whether all is as it was wanted. */
    boolean isGood();
}
