package org.sallyport.signing.internal.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.trust.Evidence;

/**
 * A DSSE envelope: a payload and signatures over it and its type.
 *
 * @param type of the payload
 * @param payload what was signed
 * @param signatures at most {@value #MAX_SIGNATURES}
 * @see <a href="https://github.com/secure-systems-lab/dsse">DSSE 1.0, envelope.md and protocol.md</a>
 */
public record Envelope(String type, byte[] payload, List<Signed> signatures) {
    /** Most signatures. */
    public static final int MAX_SIGNATURES = 16;

    private static final int MAX_TYPE = 200;
    private static final String AGAIN = "Sign the plugin again with 'plugin:sign', and pass the file on unchanged";

    public Envelope {
        signatures = List.copyOf(signatures);
    }

    /**
     * One signature.
     *
     * @param key the id of the key; a hint alone
     * @param bytes the signature
     */
    public record Signed(String key, byte[] bytes) {}

    /** Reads the JSON form. Unknown members are ignored, as the specification says. */
    public static Envelope read(byte[] json) throws SignatureException {
        if (json.length > Evidence.MAX_SIZE) {
            throw damaged("it has more than [" + Evidence.MAX_SIZE + "] bytes");
        }
        Document envelope;
        try {
            envelope = Json.read(json);
        } catch (JsonException e) {
            throw damaged("it is no JSON: " + e.getMessage());
        }
        String type = envelope.get("payloadType").text("");
        Document signatures = envelope.get("signatures");
        if (type.isEmpty()
                || type.length() > MAX_TYPE
                || !envelope.get("payload").isString()) {
            throw damaged("it has no payload and payloadType");
        } else if (!signatures.isArray() || signatures.size() == 0 || signatures.size() > MAX_SIGNATURES) {
            throw damaged("it has [" + signatures.size() + "] signatures; 1 to [" + MAX_SIGNATURES + "] are allowed");
        }
        List<Signed> read = new ArrayList<>();
        for (Document one : signatures.values()) {
            read.add(new Signed(one.get("keyid").text(""), bytes(one.get("sig"))));
        }
        return new Envelope(type, bytes(envelope.get("payload")), read);
    }

    /** Base64 of either alphabet: "decoders must accept both" (envelope.md). */
    private static byte[] bytes(Document text) throws SignatureException {
        try {
            return Base64.getDecoder().decode(text.text("?").replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw damaged("its payload or a signature is no Base64");
        }
    }

    /** The JSON form. */
    public String write() {
        List<Document> all = signatures.stream()
                .map(one -> Document.object("keyid", Document.of(one.key()))
                        .with("sig", Document.of(Base64.getEncoder().encodeToString(one.bytes()))))
                .toList();
        return Document.object("payloadType", Document.of(type))
                        .with("payload", Document.of(Base64.getEncoder().encodeToString(payload)))
                        .with("signatures", Document.array(all))
                        .toJson(2)
                + "\n";
    }

    /** What is signed: the pre-authentication encoding of type and payload. */
    public byte[] signedBytes() {
        return encode(type, payload);
    }

    /** {@code PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body} (protocol.md). */
    public static byte[] encode(String type, byte[] body) {
        byte[] name = type.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("DSSEv1 " + name.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(name);
        out.writeBytes((" " + body.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static SignatureException damaged(String why) {
        return new SignatureException("its envelope is damaged: " + why, AGAIN);
    }
}
