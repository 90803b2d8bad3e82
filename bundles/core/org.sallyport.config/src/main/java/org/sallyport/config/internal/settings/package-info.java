/** Settings of plugins: checked by JSON Schema, given as typed views. Knows nothing of files. */
@NullMarked
package org.sallyport.config.internal.settings;

import org.jspecify.annotations.NullMarked;
