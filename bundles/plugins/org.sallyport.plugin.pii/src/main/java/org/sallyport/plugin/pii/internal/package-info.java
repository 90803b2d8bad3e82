@NullMarked
package org.sallyport.plugin.pii.internal;

import org.jspecify.annotations.NullMarked;
