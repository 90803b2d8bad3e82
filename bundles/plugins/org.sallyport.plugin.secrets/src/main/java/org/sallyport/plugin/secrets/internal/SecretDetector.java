package org.sallyport.plugin.secrets.internal;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;

/**
 * One pass over the text that stops only at the rarest character of each prefix: the dash of {@code sk-}, {@code xoxb-}
 * and {@code -----BEGIN}, the underscore of {@code ghp_}, the capital J of {@code eyJ}, the capital A of {@code AKIA}
 * and {@code AIza}. A second pass weighs the randomness of tokens, if asked for.
 */
final class SecretDetector implements Detector {
    private static final boolean[] TRIGGERS = new boolean[128];

    static {
        for (char c : new char[] {'-', '_', 'J', 'A'}) {
            TRIGGERS[c] = true;
        }
    }

    private final Set<SecretType> types;
    private final @Nullable EntropyRule entropy;

    SecretDetector(Set<SecretType> types, @Nullable EntropyRule entropy) {
        this.types = types.isEmpty() ? EnumSet.noneOf(SecretType.class) : EnumSet.copyOf(types);
        this.entropy = entropy;
    }

    @Override
    public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
        if (!types.isEmpty()) {
            named(text, from, to, hits);
        }
        if (entropy != null && !opaque) {
            entropy.scan(text, from, to, hits);
        }
    }

    private void named(CharSequence text, int from, int to, Hits hits) {
        JwtRule jwt = null;
        for (int i = from; i < to; ) {
            char c = text.charAt(i);
            if (c >= 128 || !TRIGGERS[c]) {
                i++;
                continue;
            }
            int end = switch (c) {
                case '-' -> dash(text, i, from, to, hits);
                case '_' -> on(SecretType.GITHUB_TOKENS) ? TokenRules.github(text, i, from, to, hits) : -1;
                case 'A' -> capitalA(text, i, from, to, hits);
                default -> {
                    if (!on(SecretType.JWT_TOKENS) || !JwtRule.mayStart(text, i, from)) {
                        yield -1;
                    }
                    jwt = jwt == null ? new JwtRule() : jwt;
                    yield jwt.match(text, i, from, to, hits);
                }
            };
            i = Math.max(i + 1, end);
        }
    }

    private int dash(CharSequence text, int i, int from, int to, Hits hits) {
        int end = -1;
        if (on(SecretType.OPENAI_API_KEYS)) {
            end = TokenRules.openAi(text, i, from, to, hits);
        }
        if (end < 0 && on(SecretType.SLACK_TOKENS)) {
            end = TokenRules.slack(text, i, from, to, hits);
        }
        if (end < 0) {
            end = PrivateKeyRule.match(text, i, from, to, types, hits);
        }
        return end;
    }

    private int capitalA(CharSequence text, int i, int from, int to, Hits hits) {
        int end = on(SecretType.AWS_ACCESS_KEYS) ? TokenRules.aws(text, i, from, to, hits) : -1;
        return end < 0 && on(SecretType.GOOGLE_API_KEYS) ? TokenRules.google(text, i, from, to, hits) : end;
    }

    private boolean on(SecretType type) {
        return types.contains(type);
    }

    @Override
    public String type(int type) {
        return SecretType.values()[type].key();
    }

    @Override
    public int types() {
        return SecretType.values().length;
    }

    @Override
    public String placeholder(int type) {
        return "[SECRET REDACTED by Sallyport]";
    }
}
