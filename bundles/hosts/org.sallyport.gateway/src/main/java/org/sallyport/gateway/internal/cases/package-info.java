/**
 * Recorded cases as data: what the policy chain is to make of a message. Operators keep tests of their own policy in this
 * form and run them with {@code policy:test}.
 */
@NullMarked
package org.sallyport.gateway.internal.cases;

import org.jspecify.annotations.NullMarked;
