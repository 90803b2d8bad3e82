/** What a plugin is given: storage, commands, threads, its logger. */
@NullMarked
package org.sallyport.admission.internal.context;

import org.jspecify.annotations.NullMarked;
