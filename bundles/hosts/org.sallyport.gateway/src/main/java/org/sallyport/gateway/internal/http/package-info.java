/**
 * Clients by HTTP on loopback: Netty brings whole requests and takes answers or event streams; what they mean is up to
 * the endpoint of a protocol era.
 */
@NullMarked
package org.sallyport.gateway.internal.http;

import org.jspecify.annotations.NullMarked;
