/** Reading a plugin's archive: bytes to entries, manifest to descriptor. Knows nothing of a running framework. */
@NullMarked
package org.sallyport.admission.internal.archive;

import org.jspecify.annotations.NullMarked;
