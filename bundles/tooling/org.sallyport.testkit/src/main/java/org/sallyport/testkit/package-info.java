/** What a plugin meets, for its tests. Nothing here is for service. */
@NullMarked
package org.sallyport.testkit;

import org.jspecify.annotations.NullMarked;
