/** The deploy folder: files become plugins, through admission. */
@NullMarked
package org.sallyport.deploy.internal;

import org.jspecify.annotations.NullMarked;
