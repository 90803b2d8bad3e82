package org.sallyport.gateway.internal.rpc;

import java.nio.charset.StandardCharsets;
import org.sallyport.api.document.Document;

/** Makes frames, and frames that differ from others in one value. */
public final class Frames {
    private static final Document HEAD = Document.object("jsonrpc", Document.of("2.0"));

    private Frames() {}

    /** A request. */
    public static Frame request(Document id, String method, Document params) {
        return Frame.of(withParams(envelope(id).with("method", Document.of(method)), params));
    }

    /** A notification; without params if they are {@link Document#NULL}. */
    public static Frame notification(String method, Document params) {
        return Frame.of(withParams(HEAD.with("method", Document.of(method)), params));
    }

    /** An answer. */
    public static Frame result(Document id, Document result) {
        return Frame.of(envelope(id).with("result", result));
    }

    /** The same message under another id. Only the id's bytes change. */
    public static Frame withId(Frame frame, Document id) {
        return sameId(frame.id(), id) ? frame : with(frame, id, "id");
    }

    /** The same message with another value at a place that is there. Only that value's bytes change. */
    public static Frame with(Frame frame, Document value, String... path) {
        Document document = set(frame.document(), value, path, 0);
        byte[] bytes = Splice.replace(frame.bytes(), value.toJson().getBytes(StandardCharsets.UTF_8), path);
        return bytes == null ? Frame.of(document) : new Frame(bytes, document);
    }

    /**
     * The same JSON text without line breaks. They can only stand between its tokens, so a space does as well; the very
     * array if there are none.
     */
    public static byte[] oneLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                byte[] flat = json.clone();
                for (int k = i; k < flat.length; k++) {
                    if (flat[k] == '\n' || flat[k] == '\r') {
                        flat[k] = ' ';
                    }
                }
                return flat;
            }
        }
        return json;
    }

    static Document envelope(Document id) {
        return HEAD.with("id", id);
    }

    private static boolean sameId(Document one, Document other) {
        return one.kind() == other.kind() && one.toJson().equals(other.toJson());
    }

    private static Document withParams(Document message, Document params) {
        return params.isNull() ? message : message.with("params", params);
    }

    private static Document set(Document in, Document value, String[] path, int level) {
        String name = path[level];
        return level == path.length - 1
                ? in.with(name, value)
                : in.with(name, set(in.get(name), value, path, level + 1));
    }
}
