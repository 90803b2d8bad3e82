/** What is being done to plugins, written down before it is done. */
@org.jspecify.annotations.NullMarked
package org.sallyport.admission.internal.journal;
