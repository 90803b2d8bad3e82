/** What is known of plugins that are started at their first call. */
@NullMarked
package org.sallyport.admission.internal.sleep;

import org.jspecify.annotations.NullMarked;
