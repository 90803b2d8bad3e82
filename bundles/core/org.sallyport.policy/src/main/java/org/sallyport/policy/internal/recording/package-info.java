/** Messages and what was decided of them, written to files and read again. Knows no chain. */
@NullMarked
package org.sallyport.policy.internal.recording;

import org.jspecify.annotations.NullMarked;
