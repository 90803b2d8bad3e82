package org.sallyport.plugin.scan;

/** Which members of a JSON-RPC message a filter must not change. */
final class Envelope {
    private Envelope() {}

    static boolean isFixed(String key) {
        return key.equals("id") || key.equals("method") || key.equals("jsonrpc");
    }
}
