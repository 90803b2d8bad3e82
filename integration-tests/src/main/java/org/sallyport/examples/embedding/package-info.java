/** An application that gives itself plugins. */
@NullMarked
package org.sallyport.examples.embedding;

import org.jspecify.annotations.NullMarked;
