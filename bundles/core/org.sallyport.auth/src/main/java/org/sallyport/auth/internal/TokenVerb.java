package org.sallyport.auth.internal;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** {@code token:create}. */
@Component
public final class TokenVerb implements AdminVerb {
    /** By which scanners for secrets find a token that was left somewhere. */
    static final String PREFIX = "sallyport_";

    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String scope() {
        return "token";
    }

    @Override
    public String name() {
        return "create";
    }

    @Override
    public String summary() {
        return "Makes a bearer token for a client; it is shown once and kept nowhere";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.argument(
                "name", Parameter.Kind.TEXT, "Who will show it: lower case letters, digits, - and _"));
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    /**
     * A new token.
     *
     * @param token for the client
     * @param configuration for the platform: one entry of a file in {@code conf/}
     */
    record Made(String token, String configuration) {}

    @Override
    public Object run(Arguments arguments) {
        String name = arguments.required("name");
        if (!name.matches("[a-z][a-z0-9_-]{0,63}")) {
            throw new PluginException(
                    "usage",
                    "The name [" + name
                            + "] has to be 1 to 64 lower case letters, digits, [-] and [_], with a letter first");
        }
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new Made(
                token,
                Document.object(
                                TokenConfig.PID + "~" + name,
                                Document.object("sha256", Document.of(Token.digest(token))))
                        .toJson());
    }
}
