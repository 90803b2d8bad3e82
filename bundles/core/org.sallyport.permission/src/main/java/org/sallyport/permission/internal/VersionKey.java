package org.sallyport.permission.internal;

/** One version of a plugin. */
record VersionKey(String plugin, String version) {}
