package org.sallyport.plugin.scan;

import java.util.Random;

/** Texts such as tools return, none of which holds anything that a filter looks for. The same at every run. */
final class Prose {
    private static final String[] COMMON =
            ("the the the the of of and and a a to to in is that it was for on as with be by at"
                            + " from this you your are or have had not all any new system user will would can could should now"
                            + " then if else their what when which who how more other some such no only own same so than too very"
                            + " one two first last over after before above below between")
                    .split(" ");
    private static final String[] RARE = ("tide boat harbour morning report quarter revenue customer delivery measure"
                    + " analysis temperature pressure river mountain village winter orchestra violin library chapter"
                    + " author history engine valve turbine network packet server client response request latency"
                    + " throughput database table index query column schema release branch commit review deploy"
                    + " careful quickly slowly perhaps although nevertheless furthermore understanding information"
                    + " organisation environment government development different important available particular"
                    + " international question answer interest experience education production technology community"
                    + " university performance relationship opportunity responsibility professional traditional"
                    + " well-known up-to-date café naïve Zürich")
            .split(" ");

    /** Ordinary words that an attack is made of too. */
    private static final String[] DOUBTFUL =
            ("instruction instructions prompt rules security access control filter output"
                            + " message context conversation developer administrator permission root document version ignore act"
                            + " show print reset start begin recall pretend assume switch enter previous prior original initial"
                            + " secret hidden")
                    .split(" ");

    private final Random random;
    private final StringBuilder text;

    private Prose(long seed, int size) {
        random = new Random(seed);
        text = new StringBuilder(size + 200);
    }

    /** English with paragraphs, figures and quotations. */
    static String english(int size) {
        Prose prose = new Prose(1, size);
        while (prose.text.length() < size) {
            prose.sentence();
        }
        return prose.text.substring(0, size);
    }

    /** A mixture of Russian, Greek and Chinese. */
    static String foreign(int size) {
        Random random = new Random(2);
        StringBuilder text = new StringBuilder(size + 16);
        while (text.length() < size) {
            int script = random.nextInt(3);
            char first = script == 0 ? 'а' : script == 1 ? 'α' : '一';
            for (int i = random.nextInt(9); i >= 0; i--) {
                text.append((char) (first + random.nextInt(script == 2 ? 4_000 : 24)));
            }
            text.append(random.nextInt(12) == 0 ? ". " : " ");
        }
        return text.substring(0, size);
    }

    private void sentence() {
        int words = 5 + random.nextInt(18);
        for (int i = 0; i < words; i++) {
            String word = word();
            text.append(i == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : word);
            switch (random.nextInt(60)) {
                case 0, 1, 2, 3 -> text.append(", ");
                case 4 -> text.append(" (").append(word()).append(") ");
                case 5 -> text.append(" “").append(word()).append("” ");
                case 6 -> text.append(" - ");
                case 7 -> text.append("'s ");
                case 8 -> text.append(' ').append(random.nextInt(2_000)).append(' ');
                case 9 -> text.append(": ");
                default -> text.append(' ');
            }
        }
        text.setLength(text.length() - 1);
        text.append(random.nextInt(8) == 0 ? ".\n\n" : ". ");
    }

    private String word() {
        int kind = random.nextInt(100);
        String[] from = kind < 55 ? COMMON : kind < 98 ? RARE : DOUBTFUL;
        return from[random.nextInt(from.length)];
    }
}
