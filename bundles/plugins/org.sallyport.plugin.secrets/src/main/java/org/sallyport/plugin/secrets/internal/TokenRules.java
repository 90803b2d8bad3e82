package org.sallyport.plugin.secrets.internal;

import org.sallyport.plugin.scan.Chars;
import org.sallyport.plugin.scan.Hits;

/**
 * Tokens with a prefix of their own. Each rule gets the place of its trigger character, reads a bounded stretch before
 * it says yes, and then covers the token to its end, however long it is. All return the end, or -1.
 */
final class TokenRules {
    private static final String[] AWS = {"AKIA", "ASIA", "ABIA", "ACCA"};
    private static final String[] OPENAI = {"proj-", "svcacct-", "service-", "admin-", "None-", "or-", "ant-"};

    private TokenRules() {}

    /** Access key ids: AKIA (long-term) or a sibling, and 16 capitals and digits. AKIA also counts within a word. */
    static int aws(CharSequence text, int i, int from, int to, Hits hits) {
        if (i + 20 > to || text.charAt(i + 3) != 'A') {
            return -1;
        }
        boolean known = false;
        for (String prefix : AWS) {
            known |= Chars.startsWith(text, i, to, prefix);
        }
        if (!known) {
            return -1;
        }
        boolean digit = false;
        for (int k = i + 4; k < i + 20; k++) {
            char c = text.charAt(k);
            if (!Chars.digit(c) && (c < 'A' || c > 'Z')) {
                return -1;
            }
            digit |= Chars.digit(c);
        }
        // ASIAPACIFIC… is a word; of the real ids one in thirty has no digit.
        boolean longTerm = text.charAt(i + 1) == 'K';
        if (!(digit && longTerm) && !((digit || longTerm) && Tokens.opens(text, i, from))) {
            return -1;
        }
        return hit(i, Tokens.wordEnd(text, i + 20, to), SecretType.AWS_ACCESS_KEYS, hits);
    }

    /** API keys: AIza and 35 more. */
    static int google(CharSequence text, int i, int from, int to, Hits hits) {
        if (!Chars.startsWith(text, i, to, "AIza") || !Tokens.opens(text, i, from)) {
            return -1;
        }
        for (int k = i + 4; k < i + 39; k++) {
            if (k >= to || !Tokens.symbol(text.charAt(k))) {
                return -1;
            }
        }
        return hit(i, Tokens.end(text, i + 39, to), SecretType.GOOGLE_API_KEYS, hits);
    }

    /** ghp_, gho_, ghu_, ghs_, ghr_ and 36 more, or github_pat_ and at least 22; no word ends like that. */
    static int github(CharSequence text, int i, int from, int to, Hits hits) {
        return switch (Chars.at(text, i - 1, from, to)) {
            case 'p', 'o', 'u', 's', 'r' -> github(text, i - 3, "gh", i, 36, from, to, hits);
            case 't' -> github(text, i - 10, "github_pat", i, 22, from, to, hits);
            default -> -1;
        };
    }

    private static int github(
            CharSequence text, int start, String prefix, int i, int least, int from, int to, Hits hits) {
        if (start < from || !Chars.startsWith(text, start, to, prefix) || !Tokens.alnums(text, i + 1, to, least)) {
            return -1;
        }
        return hit(start, Tokens.wordEnd(text, i + 1 + least, to), SecretType.GITHUB_TOKENS, hits);
    }

    /** sk- and 20 letters and digits, or a known second prefix and 20 symbols that are no plain words. */
    static int openAi(CharSequence text, int i, int from, int to, Hits hits) {
        int start = i - 2;
        if (!Tokens.opens(text, start, from) || !Chars.startsWith(text, start, to, "sk-")) {
            return -1;
        }
        if (Tokens.alnums(text, i + 1, to, 20)) {
            return hit(start, Tokens.end(text, i + 21, to), SecretType.OPENAI_API_KEYS, hits);
        }
        for (String second : OPENAI) {
            int rest = i + 1 + second.length();
            if (Chars.startsWith(text, i + 1, to, second)
                    && Tokens.symbols(text, rest, to, 20)
                    && Tokens.isMixed(text, rest, to)) {
                return hit(start, Tokens.end(text, rest + 20, to), SecretType.OPENAI_API_KEYS, hits);
            }
        }
        return -1;
    }

    /** xoxb-, xoxp- and siblings, xapp-, and at least 10 symbols with a digit among them; xoxo- is a greeting. */
    static int slack(CharSequence text, int i, int from, int to, Hits hits) {
        int start = i - 4;
        if (!Tokens.opens(text, start, from)) {
            return -1;
        }
        boolean known = Chars.startsWith(text, start, to, "xox") && "abcdeprs".indexOf(text.charAt(i - 1)) >= 0
                || Chars.startsWith(text, start, to, "xapp");
        if (!known || !Tokens.symbolsWithDigit(text, i + 1, to, 10)) {
            return -1;
        }
        return hit(start, Tokens.end(text, i + 11, to), SecretType.SLACK_TOKENS, hits);
    }

    private static int hit(int start, int end, SecretType type, Hits hits) {
        hits.add(start, end, type.ordinal());
        return end;
    }
}
