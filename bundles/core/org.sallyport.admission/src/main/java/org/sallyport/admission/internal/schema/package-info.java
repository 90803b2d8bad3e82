/** Settings schemas derived from metatype. */
@NullMarked
package org.sallyport.admission.internal.schema;

import org.jspecify.annotations.NullMarked;
