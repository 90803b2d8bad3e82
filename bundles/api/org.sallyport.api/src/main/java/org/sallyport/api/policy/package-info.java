/**
 * The policy chain as a plugin sees it: the call it is asked about, the decision it gives, the report that is kept.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.api.policy;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
