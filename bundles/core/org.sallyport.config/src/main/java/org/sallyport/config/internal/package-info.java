/** Where the configuration comes from, how it is checked and merged, how it reaches those who are configured. */
@NullMarked
package org.sallyport.config.internal;

import org.jspecify.annotations.NullMarked;
