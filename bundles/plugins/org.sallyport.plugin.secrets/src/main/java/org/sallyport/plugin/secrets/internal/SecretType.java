package org.sallyport.plugin.secrets.internal;

import java.util.Locale;

/** Kinds of secret; the names in lower case are those of settings and reports. */
enum SecretType {
    AWS_ACCESS_KEYS("AWS", true),
    GITHUB_TOKENS("GitHub", true),
    GOOGLE_API_KEYS("Google", true),
    JWT_TOKENS("JWT", true),
    OPENAI_API_KEYS("OpenAI", true),
    SLACK_TOKENS("Slack", true),
    SSH_PRIVATE_KEYS("SSH keys", true),
    PRIVATE_KEYS("private keys", false),
    ENTROPY_BASED("entropy", false);

    private final String title;
    private final boolean onByDefault;

    SecretType(String title, boolean onByDefault) {
        this.title = title;
        this.onByDefault = onByDefault;
    }

    /** The name in settings and reports. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name for people. */
    String title() {
        return title;
    }

    boolean onByDefault() {
        return onByDefault;
    }
}
