package org.sallyport.plugin.secrets.internal;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;
import org.sallyport.plugin.scan.Triggers;

/**
 * One pass over the text that stops only at the rarest character of each prefix: the dash of {@code sk-}, {@code xoxb-}
 * and {@code -----BEGIN}, the underscore of {@code ghp_}, the capital J of {@code eyJ}, the capital A of {@code AKIA}
 * and {@code AIza}. A second pass weighs the randomness of tokens, if asked for.
 */
final class SecretDetector implements Detector {
    /** A JSON Web Token with a header of ten characters and nothing in it. */
    private static final int SHORTEST = 12;

    private static final Triggers TRIGGERS = Triggers.of("-_JA");

    private final Set<SecretType> types;
    private final boolean aws;
    private final boolean github;
    private final boolean google;
    private final boolean jwts;
    private final boolean openAi;
    private final boolean slack;
    private final @Nullable EntropyRule entropy;

    SecretDetector(Set<SecretType> types, @Nullable EntropyRule entropy) {
        this.types = types.isEmpty() ? EnumSet.noneOf(SecretType.class) : EnumSet.copyOf(types);
        this.entropy = entropy;
        aws = types.contains(SecretType.AWS_ACCESS_KEYS);
        github = types.contains(SecretType.GITHUB_TOKENS);
        google = types.contains(SecretType.GOOGLE_API_KEYS);
        jwts = types.contains(SecretType.JWT_TOKENS);
        openAi = types.contains(SecretType.OPENAI_API_KEYS);
        slack = types.contains(SecretType.SLACK_TOKENS);
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
        for (int i = TRIGGERS.next(text, from, to); i < to; ) {
            int end = switch (text.charAt(i)) {
                case '-' -> dash(text, i, from, to, hits);
                case '_' -> github ? TokenRules.github(text, i, from, to, hits) : -1;
                case 'A' -> capitalA(text, i, from, to, hits);
                default -> {
                    if (!jwts || !JwtRule.mayStart(text, i, from)) {
                        yield -1;
                    }
                    jwt = jwt == null ? new JwtRule() : jwt;
                    yield jwt.match(text, i, from, to, hits);
                }
            };
            i = TRIGGERS.next(text, Math.max(i + 1, end), to);
        }
    }

    /** One neighbour tells which prefix a dash can end or begin; most dashes have none of these. */
    private int dash(CharSequence text, int i, int from, int to, Hits hits) {
        int end = -1;
        if (openAi && Chars.at(text, i - 1, from, to) == 'k') {
            end = TokenRules.openAi(text, i, from, to, hits);
        }
        if (end < 0 && slack && Chars.at(text, i - 4, from, to) == 'x') {
            end = TokenRules.slack(text, i, from, to, hits);
        }
        char next = Chars.at(text, i + 1, from, to);
        if (end < 0 && (next == 'B' || next == 'U')) {
            end = PrivateKeyRule.match(text, i, from, to, types, hits);
        }
        return end;
    }

    private int capitalA(CharSequence text, int i, int from, int to, Hits hits) {
        return switch (Chars.at(text, i + 1, from, to)) {
            case 'K', 'S', 'B', 'C' -> aws ? TokenRules.aws(text, i, from, to, hits) : -1;
            case 'I' -> google ? TokenRules.google(text, i, from, to, hits) : -1;
            default -> -1;
        };
    }

    @Override
    public int shortest() {
        return entropy == null ? SHORTEST : Math.min(SHORTEST, entropy.shortest());
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
