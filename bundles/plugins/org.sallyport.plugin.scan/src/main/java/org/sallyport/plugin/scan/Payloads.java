package org.sallyport.plugin.scan;

import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;

/** Knows the places where MCP carries binary data: image and audio blocks, and blobs of resources. */
final class Payloads {
    private Payloads() {}

    /** Whether this member of {@code owner} is declared to be binary and is written as base64. */
    static boolean isBinary(@Nullable Document owner, String name, String text) {
        if (owner == null) {
            return false;
        }
        boolean declared = switch (name) {
            case "data" -> {
                String type = owner.get("type").text("");
                yield type.equals("image") || type.equals("audio");
            }
            case "blob" -> owner.has("uri");
            default -> false;
        };
        return declared && Base64Text.isWhole(text);
    }
}
