/** What plugins were granted and what they use of it: the gate, the consent of operators, the record of uses and denials. */
@NullMarked
package org.sallyport.permission.internal;

import org.jspecify.annotations.NullMarked;
