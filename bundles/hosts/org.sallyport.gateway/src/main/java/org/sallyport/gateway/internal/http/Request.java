package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/**
 * A request that came in whole.
 *
 * @param method the HTTP method
 * @param path the path, without query
 * @param headers its headers
 * @param body its body; empty if it has none
 */
record Request(HttpMethod method, String path, HttpHeaders headers, byte[] body) {}
