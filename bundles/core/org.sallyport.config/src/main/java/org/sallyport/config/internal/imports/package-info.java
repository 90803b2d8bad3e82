/** Reads what other products' configurations say, and writes it as ours. Knows no plugin by name. */
@NullMarked
package org.sallyport.config.internal.imports;

import org.jspecify.annotations.NullMarked;
