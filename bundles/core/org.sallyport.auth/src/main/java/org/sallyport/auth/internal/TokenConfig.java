package org.sallyport.auth.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A bearer token that was agreed upon, factory PID {@value #PID}. */
@ObjectClassDefinition(
        name = "Bearer token",
        description = "A token that a client shows to say who it is; 'token:create NAME' makes one")
public @interface TokenConfig {
    /** The factory PID. */
    String PID = "org.sallyport.auth.token";

    @AttributeDefinition(description = "SHA-256 of the token, 64 hexadecimal digits; the token itself stands nowhere")
    String sha256();

    @AttributeDefinition(description = "Who shows it; empty for the name of this configuration")
    String principal() default "";

    @AttributeDefinition(description = "On whose behalf; may be empty")
    String tenant() default "";

    @AttributeDefinition(description = "What it is good for")
    String[] scopes() default {};

    @AttributeDefinition(description = "When it ends, such as 2027-01-31T00:00:00Z; empty for never")
    String expires() default "";
}
