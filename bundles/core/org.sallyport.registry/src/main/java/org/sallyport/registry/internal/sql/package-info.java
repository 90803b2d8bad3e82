/** The registry in a database. */
@org.jspecify.annotations.NullMarked
package org.sallyport.registry.internal.sql;
