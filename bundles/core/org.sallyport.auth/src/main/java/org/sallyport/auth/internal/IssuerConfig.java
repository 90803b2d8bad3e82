package org.sallyport.auth.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** An OAuth 2.1 authorization server whose access tokens are taken, factory PID {@value #PID}. */
@ObjectClassDefinition(
        name = "Token issuer",
        description = "An authorization server; its access tokens are JSON Web Tokens (RFC 9068)")
public @interface IssuerConfig {
    /** The factory PID. */
    String PID = "org.sallyport.auth.issuer";

    @AttributeDefinition(description = "Its identifier, an https URL, as its tokens name it")
    String issuer();

    @AttributeDefinition(
            description = "URL of its keys (JWKS); empty: its metadata says (RFC 8414, OpenID Connect Discovery)")
    String jwks() default "";

    @AttributeDefinition(
            description = "What its tokens have to be meant for; empty for the public address of who is called")
    String audience() default "";

    @AttributeDefinition(description = "Scopes that a token needs, all of them")
    String[] scopes() default {};

    @AttributeDefinition(
            description = "Signature algorithms that are taken: RS256 to RS512, PS256 to PS512, ES256 to ES512")
    String[] algorithms() default {"RS256", "PS256", "ES256"};

    @AttributeDefinition(
            description =
                    "Claim that names the caller; the principal is this configuration's name, a colon, and its value")
    String principal_claim() default "sub";

    @AttributeDefinition(description = "Claim that names the tenant; empty for none")
    String tenant_claim() default "";

    @AttributeDefinition(description = "Seconds by which its clock may be off", min = "0", max = "300")
    int leeway_seconds() default 30;
}
