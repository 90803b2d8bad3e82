@NullMarked
package org.sallyport.plugin.secrets.internal;

import org.jspecify.annotations.NullMarked;
