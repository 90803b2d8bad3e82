/** Starts that fail, and the search for the plugin that makes them fail. */
@org.jspecify.annotations.NullMarked
package org.sallyport.admission.internal.safety;
