/** The verbs {@code config:check}, {@code config:show} and {@code config:import}. */
@NullMarked
package org.sallyport.config.internal.verbs;

import org.jspecify.annotations.NullMarked;
