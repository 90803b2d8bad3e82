package org.sallyport.plugin.ratelimit.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.PolicyCall;

/**
 * One limit. Immutable.
 *
 * @param requests how many there may be in that time
 * @param seconds that time
 * @param burst how many may come at once after a pause
 * @param by what requests have to agree in to be counted together
 * @param methods which requests fall under it
 * @param tools calls of which tools do
 */
record Limit(long requests, long seconds, long burst, Set<String> by, Globs methods, Globs tools) {
    /** What requests may be counted by, in the order of their key. */
    static final List<String> PARTS = List.of("principal", "tenant", "session", "server", "method", "tool");

    /** Longest key that is kept as it is; a longer one is kept by its digest, as callers choose names of tools. */
    static final int MAX_KEY = 200;

    /** Time that one request takes up, in nanoseconds. */
    long interval() {
        return Math.max(1, seconds * 1_000_000_000L / requests);
    }

    boolean covers(PolicyCall call) {
        return methods.matches(call.message().method()) && (tools == Globs.ANY || tools.matches(tool(call)));
    }

    /** What a request is counted under; those with one key are counted together. */
    String key(int index, PolicyCall call) {
        StringBuilder key = new StringBuilder().append(index);
        for (String part : PARTS) {
            if (by.contains(part)) {
                key.append('\u0000').append(value(part, call));
            }
        }
        return key.length() <= MAX_KEY ? key.toString() : index + "\u0000#" + digest(key.toString());
    }

    private static String value(String part, PolicyCall call) {
        Exchange exchange = call.exchange();
        return switch (part) {
            case "principal" -> exchange.principal();
            case "tenant" -> exchange.tenant();
            case "session" -> exchange.session();
            case "server" -> exchange.server();
            case "method" -> call.message().method();
            default -> tool(call);
        };
    }

    private static String tool(PolicyCall call) {
        return call.message().document().at("params", "name").text("");
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** In words. */
    String sentence() {
        return requests + (requests == 1 ? " request in " : " requests in ") + seconds + " s"
                + (by.isEmpty()
                        ? ""
                        : " by "
                                + String.join(
                                        ", ",
                                        PARTS.stream().filter(by::contains).toList()));
    }
}
