package org.sallyport.plugin.secrets.internal;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.plugin.scan.Detector;
import org.sallyport.plugin.scan.Hits;
import org.sallyport.plugin.scan.RandomTexts;

@DisplayName("The short cuts of the scan for secrets")
class SecretsShortCutsTest {
    private static final Set<SecretType> TYPES = EnumSet.complementOf(EnumSet.of(SecretType.ENTROPY_BASED));

    private static final List<String> VOCABULARY = List.of(
            "AKIA",
            "ASIA",
            "ABIA",
            "ACCA",
            "AIza",
            "A",
            "K",
            "AK",
            "eyJ",
            "eyJhbGciOi",
            ".",
            "..",
            "sk-",
            "sk-proj-",
            "sk-ant-",
            "svcacct-",
            "xoxb-",
            "xapp-",
            "x",
            "xox",
            "gh",
            "ghp_",
            "ghs_",
            "github_pat_",
            "_",
            "-",
            "--",
            "-----BEGIN ",
            "RSA PRIVATE KEY-----",
            "PRIVATE KEY-----",
            "-----END RSA PRIVATE KEY-----",
            "PuTTY-User-Key-File-",
            "k",
            "B",
            "U",
            "ABCDEFGH",
            "01234567",
            "abcdefgh",
            "0123456789abcdefghijklmnopqrstuvwxyzABCD",
            "QWERTYUIOPASDFGHJKLZ2345",
            "AKIA" + "ABCDEFGHIJ234567",
            "sk-" + "abcdefghij0123456789",
            "xoxb-" + "12345678901234567890");

    @Test
    @DisplayName("find what a try of each rule at each character finds")
    void alike() {
        RandomTexts.assertAlike(new SecretDetector(TYPES, null), new EachRule(), VOCABULARY);
    }

    /** Asks each rule at each character, the rules in the order of the detector. */
    private static final class EachRule implements Detector {
        @Override
        public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
            JwtRule jwt = new JwtRule();
            for (int i = from; i < to; i++) {
                int end = -1;
                switch (text.charAt(i)) {
                    case '-' -> {
                        end = TokenRules.openAi(text, i, from, to, hits);
                        end = end < 0 ? TokenRules.slack(text, i, from, to, hits) : end;
                        end = end < 0 ? PrivateKeyRule.match(text, i, from, to, TYPES, hits) : end;
                    }
                    case '_' -> end = TokenRules.github(text, i, from, to, hits);
                    case 'A' -> {
                        end = TokenRules.aws(text, i, from, to, hits);
                        end = end < 0 ? TokenRules.google(text, i, from, to, hits) : end;
                    }
                    case 'J' -> end = JwtRule.mayStart(text, i, from) ? jwt.match(text, i, from, to, hits) : -1;
                    default -> {
                        // No token has a mark of another kind.
                    }
                }
                i = Math.max(i, end - 1);
            }
        }

        @Override
        public int shortest() {
            return 2;
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
            return "";
        }
    }
}
