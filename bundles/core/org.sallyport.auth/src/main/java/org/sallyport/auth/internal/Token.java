package org.sallyport.auth.internal;

import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A token as it was shown, not believed yet.
 *
 * @param text the token
 * @param sha256 its digest, hexadecimal: by which it is known, so that it is kept nowhere
 * @param jwt what it is as a signed JSON Web Token; empty if it is none
 * @param issuer who issued it, as it says itself; empty if it does not
 */
record Token(String text, String sha256, Optional<SignedJWT> jwt, String issuer) {
    static Token of(String text) {
        Optional<SignedJWT> jwt = parse(text);
        return new Token(text, digest(text), jwt, jwt.map(Token::issuer).orElse(""));
    }

    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static Optional<SignedJWT> parse(String text) {
        try {
            return JWTParser.parse(text) instanceof SignedJWT signed ? Optional.of(signed) : Optional.empty();
        } catch (ParseException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static String issuer(SignedJWT jwt) {
        try {
            String issuer =
                    jwt.getJWTClaimsSet() == null ? null : jwt.getJWTClaimsSet().getIssuer();
            return issuer == null ? "" : issuer;
        } catch (ParseException | RuntimeException e) {
            return "";
        }
    }
}
