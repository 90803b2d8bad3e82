/** Runs within the build only: what bnd has to do for a plugin's bundle. */
package org.sallyport.bnd;
