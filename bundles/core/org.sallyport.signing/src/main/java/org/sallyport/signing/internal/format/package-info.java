/** Forms of signatures. Nothing here knows who is trusted. */
@NullMarked
package org.sallyport.signing.internal.format;

import org.jspecify.annotations.NullMarked;
