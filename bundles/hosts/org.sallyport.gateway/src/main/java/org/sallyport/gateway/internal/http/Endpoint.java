package org.sallyport.gateway.internal.http;

/** Understands requests. Called on a connection's thread; must not block. */
public interface Endpoint {
    /** Serves a request whose Host, Origin and caller were checked. */
    void serve(Request request, Responder responder);
}
