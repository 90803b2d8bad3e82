/**
 * The side of the worker: a framework with one plugin in it. Runs in a process of its own.
 */
@NullMarked
package org.sallyport.worker.internal.child;

import org.jspecify.annotations.NullMarked;
