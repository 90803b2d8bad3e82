package org.sallyport.policy.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.json.JsonBytes;

/**
 * What happened at one stage, with content.
 *
 * @param stage the place of the chain
 * @param outcome what it came to
 * @param reason for people
 * @param code for programs
 * @param metadata an object
 * @param after the message after it
 * @param nanos how long it took
 * @param failure how it failed; {@code null} if it did not
 */
record Step(
        Stage stage,
        Outcome outcome,
        String reason,
        String code,
        Document metadata,
        Document after,
        long nanos,
        @Nullable Failure failure) {
    /** Most detector names that a cleared report keeps of one stage. */
    static final int MAX_DETECTED = 32;

    private static final int HASH_DIGITS = 16;
    private static final MessageDigest SHA_256 = newSha256();
    // Short and in lower case: the name of a reason, hardly what was found.
    private static final int MAX_CODE = 40;
    // Possessive, so linear. Or shorter, in upper case and without digits, so that no access key has the form of a
    // detector's name.
    private static final Pattern DETECTOR = Pattern.compile("[a-z][a-z0-9_.-]{0,39}+|[A-Z][A-Z_]{0,15}+");

    /** Whether a block or a change of this stage takes the content out of all reports. */
    boolean clears() {
        return stage.rules() != null
                && stage.rules().clears()
                && (outcome == Outcome.BLOCKED || outcome == Outcome.MODIFIED);
    }

    /** A code that a plugin gave, if it has the form of one: {@code [a-z][a-z0-9_.-]{0,39}}. */
    static String checkedCode(String code) {
        return isCode(code) ? code : "unspecified";
    }

    private static boolean isCode(String code) {
        if (code.isEmpty() || code.length() > MAX_CODE || !isLetter(code.charAt(0))) {
            return false;
        }
        for (int i = 1; i < code.length(); i++) {
            char c = code.charAt(i);
            if (!isLetter(c) && (c < '0' || c > '9') && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    static List<PolicyReport.Stage> report(List<Step> steps, boolean cleared, boolean large) {
        List<PolicyReport.Stage> stages = new ArrayList<>(steps.size());
        Document hashed = null;
        String hash = "";
        for (Step step : steps) {
            if (step.after != hashed) {
                hashed = step.after;
                hash = hash(hashed, large);
            }
            stages.add(step.report(hash, cleared));
        }
        return List.copyOf(stages);
    }

    private PolicyReport.Stage report(String hash, boolean cleared) {
        return new PolicyReport.Stage(
                stage.instance(),
                stage.type(),
                stage.version(),
                outcome,
                shownReason(cleared),
                code,
                cleared ? typesOnly(metadata) : metadata,
                hash,
                Duration.ofNanos(nanos),
                failure == null ? "" : failure.type());
    }

    private String shownReason(boolean cleared) {
        return cleared ? "[" + outcome.wireName() + "]" : reason;
    }

    /** All reasons in one line, as {@code [instance] reason | [instance] reason}. */
    static String reasons(List<Step> steps, boolean cleared) {
        StringBuilder line = new StringBuilder();
        for (Step step : steps) {
            if (!step.reason.isEmpty() || cleared && step.outcome != Outcome.ALLOWED) {
                line.append(line.isEmpty() ? "" : " | ")
                        .append('[')
                        .append(step.stage.instance())
                        .append("] ")
                        .append(step.shownReason(cleared));
            }
        }
        return line.toString();
    }

    /** Of metadata only the names of detectors are sure to hold nothing of the message. */
    private static Document typesOnly(Document metadata) {
        List<Document> names = metadata.get("detected").values().stream()
                .filter(name -> DETECTOR.matcher(name.text("")).matches())
                .limit(MAX_DETECTED)
                .toList();
        return names.isEmpty() ? Document.EMPTY_OBJECT : Document.object("detected", Document.array(names));
    }

    private static String hash(Document message, boolean large) {
        MessageDigest digest = sha256();
        if (large) {
            JsonBytes.write(message, digest::update);
        } else {
            digest.update(message.toJson().getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, HASH_DIGITS / 2);
    }

    /** A copy of one that was found before: looking for a provider costs more than the hash of a short message. */
    private static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException cannot) {
            return newSha256();
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
