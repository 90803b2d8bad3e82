package org.sallyport.auth.internal;

/** A configuration that makes tokens known. */
interface ConfiguredSource {
    /** Who knows them. The same object each time. */
    TokenSource source();
}
