package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.sallyport.spi.auth.Caller;

/**
 * A request that came in whole.
 *
 * @param method the HTTP method
 * @param path the path, without query
 * @param headers its headers
 * @param body its body; empty if it has none
 * @param caller whose it is
 * @param taken to be run once somebody else keeps the body's place, or nobody has it any more
 */
record Request(HttpMethod method, String path, HttpHeaders headers, byte[] body, Caller caller, Runnable taken) {
    /** The same, known to be somebody's. */
    Request by(Caller known) {
        return new Request(method, path, headers, body, known, taken);
    }
}
