/** Detached signatures of OpenPGP (RFC 9580, and RFC 4880 before it), by Bouncy Castle. They are checked and never made. */
@NullMarked
package org.sallyport.signing.openpgp.internal;

import org.jspecify.annotations.NullMarked;
