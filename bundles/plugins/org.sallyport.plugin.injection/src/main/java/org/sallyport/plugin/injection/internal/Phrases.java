package org.sallyport.plugin.injection.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The phrases that are looked for. A table, in the notation of {@link Phrase}, by method and level; immutable.
 *
 * <p>They say what an attack says to a model, in the imperative where the words alone are ordinary: "attackers can
 * bypass security" is a sentence, "bypass security" an order.
 */
final class Phrases {
    private static final Map<String, String> SETS = sets("""
            IGNORE = ignore|disregard|forget
            DET = all|any|every|each|the|of|my|your|our|its|their|those|these|this|that|such|whatever|entire|whole|other|above
            PREV = previous|previously|prior|earlier|preceding|foregoing|above|past|former|last|existing|current|initial|original|given
            KIND = system|user|developer|safety|security|initial|original|given|provided|stated|written|mentioned|future|subsequent|and|or|other
            ORDERS = instruction|instructions|prompt|prompts|context|contexts|direction|directions|directive|directives|guidance|guideline|guidelines|rule|rules|order|orders|command|commands|conversation|conversations|training|programming|constraints
            FIRM = instruction|instructions|prompt|prompts|directive|directives|guideline|guidelines|programming|training|context|rules
            TOLD = told|taught|learned|learnt|said|instructed|discussed|given|trained|mentioned|know|knew|read|talked|asked|shown|programmed
            WHO = admin|administrator|administrators|root|superuser|superadmin|sysadmin|sudo|dan|jailbroken|unrestricted|uncensored|unfiltered|hacker|god
            GRAND = admin|administrator|administrative|root|superuser|sudo|god|dan|jailbreak|unrestricted|privileged|elevated|unlimited|unfiltered
            RIGHTS = privilege|privileges|permission|permissions|access|rights|control
            LIMITS = restriction|restrictions|limitation|limitations|limits|rules|filters|filter|guidelines|constraints|boundaries|guardrails|censorship|safeguards
            GUARDS = security|safety|restriction|restrictions|filter|filters|safeguards|guardrails|protections|moderation|censorship|authentication|authorization|checks|controls|policies|guidelines|measures|protocols
            SAY = reveal|show|print|repeat|output|display|tell|leak|expose|disclose|recite
            LIKE = a|an|the|as|my|your|our|new|full|fully|completely|totally|now|operating|acting|running|working|functioning|serving|being|called|named|known|be|become|becoming
            BE = you|youre|are|were|re
            ORDER = bypass|ignore|disregard|forget|override|disable|grant|execute|reveal|unlock|elevate|escalate|circumvent
            """);

    /** Words before an imperative that leave it one. */
    private static final String LEADS = "please|now|and|then|must|should|immediately|simply|just|instead|you|kindly";

    /** Words that any text is full of, so that finding one tells nothing. */
    private static final String ORDINARY =
            "a|an|the|i|me|my|us|we|you|your|it|they|this|that|these|and|or|not|no|of|to|in|on"
                    + "|as|at|by|for|from|with|without|is|are|was|were|be|been|have|has|had|will|if|all|any|new|now|what|last|first|up";

    private static final String CONTEXT_RELAXED = """
            $IGNORE $DET{0,4} $PREV{1,2} $KIND|$DET|$PREV{0,3} $ORDERS
            $IGNORE $DET{0,4} $FIRM .{0,2} above|before|previously|prior|earlier
            ^ override|bypass|disable|circumvent|suspend all|any|every|of|the|your{1,3} safety|security protocol|protocols|instructions|rules|guidelines|restrictions|measures
            override|overrule|overwrite|discard|dismiss|abandon $DET{0,4} $PREV{1,2} $KIND{0,2} instruction|instructions|prompt|prompts|directive|directives|guidelines|programming|context
            $IGNORE $DET{0,2} everything|anything|all|what|whatever that|which|you|youve|i|ive|we|weve|they|were|was|have|had|has|been|just|ever|already|previously|before|is|are{1,5} $TOLD
            """;

    private static final String CONTEXT_STANDARD = """
            $IGNORE all|any|every|everything $DET{0,2} $PREV{1,2} $KIND{0,2} message|messages|text|content|input|inputs|history|requests
            $IGNORE everything|anything|whatever|what .{0,3} above|before|prior|previously|earlier
            $IGNORE all of|the|that|is|was|written|said|stated{0,3} above|before|prior|previously|earlier $
            $IGNORE all|of|the{0,2} above and|or|then|instead
            $IGNORE all|of|the{0,2} above $
            $IGNORE all|any|the|of{0,3} system|user|developer|original|initial{0,2} instruction|instructions|directives
            $IGNORE all|any|of{0,2} your $KIND{0,2} $FIRM
            $IGNORE all|any|the|of|your{0,2} system|initial|original|hidden prompt|prompts|message
            dont|not|stop|never|cease|quit obey|follow|obeying|following $DET{0,3} $PREV|your $KIND|$PREV{0,3} $FIRM|orders|commands
            ^ reset|wipe|erase|clear|purge $DET|current|conversation|chat|system|previous|existing{0,3} context|contexts and|then|now|to
            ^ reset|wipe|erase|clear|purge $DET|current|conversation|chat|system|previous|existing{0,3} context|contexts $
            ^ reset|wipe|erase|purge $DET|current|system|previous|existing{0,3} instructions|programming and|then|now
            ^ reset|wipe|erase|purge $DET|current|system|previous|existing{0,3} instructions|programming $
            reset|wipe|erase|clear|purge your .{0,2} memory|mind|history|conversation|context|instructions|programming|training
            ^ bypass|circumvent|evade|defeat $DET|security|safety|content|built|existing|current{0,4} $GUARDS
            ^ new|updated|real|actual|revised|true|secret system|user? instruction|instructions|directive|directives|orders|prompt:
            these|here are|is|your|the{0,3} new|updated|real|actual instructions|directives|orders:
            $SAY me|us|the|all|of|out|back|verbatim|entire|exact|full|complete{0,5} your .{0,2} prompt|instructions|programming|directives
            $SAY me|us|out|verbatim{0,2} the|entire|exact|full|complete|hidden|secret|initial|original{1,4} system prompt|instructions
            your|the previous|prior|original|initial|old|earlier instructions|prompt|rules|context|guidelines are|is|were|have|has no|now|been|longer{0,3} void|invalid|cancelled|canceled|revoked|superseded|overridden
            ^ start|begin over|fresh|anew|afresh|new and|by|to|then|with{0,2} ignore|ignoring|disregard|disregarding|forget|forgetting
            ^ start|begin a? new|fresh conversation|session|chat and|by|then{0,1} ignore|ignoring|disregard|disregarding|forget|forgetting
            ^ start|begin a? new|fresh conversation|session|chat|start{0,1} without $DET{0,1} $LIMITS
            ^ new|fresh conversation|session|chat reset|ignore|disregard|forget all|any|every|everything|your|the|previous
            ^ reset|clear|wipe $DET{0,2} parameters|context|memory|instructions and|then start|begin over|fresh|again|anew
            ^ $IGNORE all|any|every the|your|my|of{0,2} rules|commands|orders|guidelines and|then|now
            ^ $IGNORE all previous|prior|earlier $
            ^ override|disable safety|security protocol|protocols|instructions
            ^ override safety|security $
            """;

    private static final String CONTEXT_STRICT = """
            new|fresh|clean|different conversation|session|context|chat|start|slate
            $IGNORE this|that|it|these|those|everything|anything|all|whatever
            ignore|bypass|override|disregard|disable|circumvent|evade|remove|deactivate|skip|suspend|drop|lift $DET|$PREV|$KIND|content|ethical|built{0,4} $GUARDS|$LIMITS|$ORDERS
            start|begin over|fresh|anew|again|new|a{1,2} conversation|session|slate|chat?
            clear|reset|wipe|erase $DET{0,2} conversation|history|memory|chat|session|context
            system|hidden|secret|initial prompt|instructions
            """;

    private static final String ROLE_RELAXED = """
            you are|re now $LIKE{0,6} $WHO
            youre now $LIKE{0,6} $WHO
            you will|must|shall now be|become $LIKE{0,5} $WHO
            you are|re now in|entering $GRAND|developer|debug|maintenance mode
            youre|are now a|the? system $
            act|behave|respond|operate as|like if? $BE|$LIKE{0,5} $WHO
            act|behave|respond|operate as a|an|the|if|you|are|were{0,4} system administrator|admin|root|user|operator
            ^ act as system $
            you are|re now operating|acting|running|working|functioning as the|a{0,1} system $
            do anything now
            pretend to|that|$BE|$LIKE{1,6} $WHO
            imagine|suppose that? you|youre are|were|re? $LIKE{0,4} $WHO
            """;

    private static final String ROLE_STANDARD = """
            act|behave|respond|operate|function as|like if|though{0,1} $BE|$LIKE{0,5} .{0,2} $WHO
            act|behave|respond|operate as|like if|though you|youre are|were|re? a|an|the{0,2} .{0,3} system|bypass
            act as the|a|an{0,1} system and|with|now
            you are|re now a|an|the{0,1} system administrator|admin|root|user|operator|superuser
            youre now a|an|the{0,1} system administrator|admin|root|user|operator|superuser
            ignore|disregard previous|earlier|original instructions|commands|orders
            $IGNORE|abandon|drop your|the? previous|prior|earlier|original|assigned role|persona|identity|character
            ^ as $WHO|system bypass|override|circumvent|ignore|disregard|reveal|unlock
            ^ as $WHO|system execute|run this|that|these|my|any|every|all|privileged
            act|behave|respond|operate|answer|pretend|talk|speak as|like|that|if|though|you|youve{0,4} have|had|has|with|without no|any|zero|ethical|moral|safety{0,3} $LIMITS
            pretend|roleplay to|that|as|$BE|$LIKE{1,6} .{0,2} $WHO
            imagine|suppose that? you|youre are|were|re? $LIKE{0,4} .{0,2} $WHO
            assume|take|adopt|play|switch|accept the|on|a|an|your|to{0,4} role|identity|persona|part|character of|as $LIKE{0,4} .{0,1} $WHO|system
            ^ switch|change|go|enter|activate|enable|engage|unlock|initiate|start to|into|in|the|your{0,3} $GRAND mode
            $GRAND|developer mode enabled|activated|engaged|unlocked
            with|using|under elevated|escalated|unrestricted|unlimited|superuser|sudo .{0,1} $RIGHTS
            with|using|under $GRAND|system .{0,1} $RIGHTS please|now{0,1} $ORDER
            ^ $GRAND|developer mode: please|now|you|must|and{0,3} $ORDER
            you|i|youve now have|possess|hold|got|gained $DET|full|complete|total|unrestricted|unlimited|elevated|a{0,3} $GRAND|system .{0,2} $RIGHTS $
            you|i|youve now have|possess|hold|got|gained $DET|full|complete|total|unrestricted|unlimited|elevated|a{0,3} $GRAND|system .{0,2} $RIGHTS and|so|now|which
            ^ elevate|escalate your|my|the|user|to{0,3} $RIGHTS|$WHO
            $WHO: please|now|you|must|and{0,3} $ORDER
            from now on you|youre? are|re|will|shall|must|should|to? $LIKE|always{0,3} act|behave|respond|answer|pretend|obey|speak|$WHO|free|evil
            you|youre are|re? no|not longer? bound|restricted|limited|constrained|governed by|to $DET|$KIND|openai|typical|usual{0,4} $LIMITS|programming|instructions|policy|policies
            you|youre are|re|have? now|been{0,2} free|freed|liberated|released from|of $DET|typical|usual|normal|content{0,3} $LIMITS|confines
            your new|true|real identity|persona|purpose is
            you must|will|shall|should|have to? obey me|my|us|mine
            """;

    private static final String ROLE_STRICT = """
            you are|re a|an|the|my|our{0,2} $WHO|system
            youre a|an|the|now{0,2} $WHO|system
            $WHO|$GRAND|developer|debug|maintenance mode
            $WHO override
            act|behave|respond|operate as if|though|a|an|the|my|your|you
            you are|re now a|an|the|my|in
            pretend|roleplay to|you|that|as|youre
            $GRAND $RIGHTS
            grant|give|get|gain|obtain me|us|yourself|full|complete|the{0,3} $GRAND|full|complete|unlimited .{0,1} $RIGHTS
            i|im am|m? the|your|an|a{0,2} $WHO|developer|creator|owner|operator
            run|execute as root|admin|administrator|superuser|sudo
            assume|take|adopt|play the|on|a{0,2} role|identity|persona of|as
            your new role|name|task|goal|job is
            stay in character
            from now on you
            """;

    private static final String DELIMITER_STANDARD = """
            ^ system|assistant: please|now|you|must|and{0,3} $ORDER
            ^ end|begin of|the{0,2} system|user|new|previous|secret{1,2} prompt|instructions
            ^ end of the|all{0,1} user|human input|message|query $
            ^ new system message|prompt|instruction|instructions|directive|directives|override:
            """;

    private static final String DELIMITER_STRICT = """
            ^ system|assistant|human: .
            ^ end|begin|start|new system|user|assistant prompt|instructions|input|message
            """;

    /**
     * A phrase that may begin with a word.
     *
     * @param anchor the set of words one of which the phrase must have
     */
    record Candidate(Phrase phrase, int anchor) {}

    /** Role of a word that a phrase can begin with; the lowest bit. */
    static final int FIRST = 1;

    /** Role of a word that is in a set of anchors. */
    static final int ANCHOR = 2;

    private final List<Candidate> candidates;
    private final byte[] roles;
    private final Candidate[][] byFirst;
    private final int[][] anchors;
    private final int anchorSets;
    private final int shortest;
    private final Lexicon lexicon;

    Phrases(Set<Method> methods, Sensitivity sensitivity) {
        lexicon = new Lexicon();
        List<Phrase> phrases = new ArrayList<>();
        read(
                phrases,
                methods,
                sensitivity,
                Method.CONTEXT_HIJACKING,
                CONTEXT_RELAXED,
                CONTEXT_STANDARD,
                CONTEXT_STRICT);
        read(phrases, methods, sensitivity, Method.ROLE_MANIPULATION, ROLE_RELAXED, ROLE_STANDARD, ROLE_STRICT);
        read(phrases, methods, sensitivity, Method.DELIMITER_INJECTION, "", DELIMITER_STANDARD, DELIMITER_STRICT);
        BitSet ordinary = new BitSet();
        for (String word : ORDINARY.split("[|]")) {
            ordinary.set(lexicon.add(word));
        }
        List<BitSet> sets = new ArrayList<>();
        candidates = new ArrayList<>();
        for (Phrase phrase : phrases) {
            BitSet anchor = phrase.anchor(ordinary);
            if (!sets.contains(anchor)) {
                sets.add(anchor);
            }
            candidates.add(new Candidate(phrase, sets.indexOf(anchor)));
        }
        anchorSets = sets.size();
        shortest = phrases.stream().mapToInt(Phrase::shortest).min().orElse(Integer.MAX_VALUE);
        byFirst = new Candidate[lexicon.size()][];
        anchors = new int[lexicon.size()][];
        roles = new byte[lexicon.size()];
        for (int word = 1; word < byFirst.length; word++) {
            int id = word;
            byFirst[id] = candidates.stream()
                    .filter(candidate -> candidate.phrase.beginsWith(id))
                    .toArray(Candidate[]::new);
            anchors[id] = IntStream.range(0, anchorSets)
                    .filter(set -> sets.get(set).get(id))
                    .toArray();
            roles[id] = (byte) ((byFirst[id].length > 0 ? FIRST : 0) | (anchors[id].length > 0 ? ANCHOR : 0));
        }
    }

    private void read(
            List<Phrase> phrases, Set<Method> methods, Sensitivity sensitivity, Method method, String... levels) {
        for (Sensitivity level : Sensitivity.values()) {
            if (methods.contains(method) && sensitivity.includes(level)) {
                levels[level.ordinal()]
                        .lines()
                        .forEach(line -> phrases.add(Phrase.of(method, line, SETS, LEADS, lexicon)));
            }
        }
    }

    private static Map<String, String> sets(String table) {
        Map<String, String> sets = new HashMap<>();
        table.lines().forEach(line -> {
            String[] parts = line.split(" = ");
            sets.put(parts[0].strip(), parts[1].strip());
        });
        return sets;
    }

    Lexicon lexicon() {
        return lexicon;
    }

    /** All phrases. */
    List<Candidate> candidates() {
        return candidates;
    }

    /** What a word is good for: {@link #FIRST}, {@link #ANCHOR}, both or 0, as it is for unknown words. */
    int role(int id) {
        return roles[id];
    }

    /** The phrases that can begin with a word that is known. */
    Candidate[] startingWith(int id) {
        return byFirst[id];
    }

    /** The sets of anchors that a known word is in. */
    int[] anchors(int id) {
        return anchors[id];
    }

    /** How many sets of anchors there are. */
    int anchorSets() {
        return anchorSets;
    }

    /** Fewest characters of a text that has a phrase. */
    int shortest() {
        return shortest;
    }
}
