package org.sallyport.spi.permission;

/** The forms of scopes, but for paths and hosts. Immutable. */
public final class Scopes {
    /** Most of a number in a scope. */
    static final int MAX_NUMBER = 1_000_000;

    static final Scope ANYWHERE = new Scope() {
        @Override
        public boolean matches(String target) {
            return true;
        }

        @Override
        public boolean covers(Scope other) {
            return true;
        }
    };

    private Scopes() {}

    /** Where a permission is good. */
    public interface Scope {
        /** Whether it is good for a target; never for one that cannot be read. */
        boolean matches(String target);

        /** Whether each target of another scope of the same form is one of this. */
        boolean covers(Scope other);

        /** The same with what the variables stand for. */
        default Scope at(Places places) {
            return this;
        }
    }

    /** A name, or the beginning of one with {@code *} at its end. */
    static Scope name(String text) {
        boolean open = text.endsWith("*");
        String name = open ? text.substring(0, text.length() - 1) : text;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c == 0x7f || c == ',' || c == '*') {
                throw new IllegalArgumentException(
                        c == '*'
                                ? "[*] may stand at its end alone"
                                : "it is a name, or the beginning of one with [*] at its end, without blanks and commas");
            }
        }
        int variable = name.indexOf("${");
        if (variable > 0 || variable == 0 && !name.startsWith(Places.PLUGIN)) {
            throw new IllegalArgumentException("of the variables it may begin with [" + Places.PLUGIN + "] alone");
        }
        return new Name(name, open);
    }

    record Name(String name, boolean open) implements Scope {
        @Override
        public boolean matches(String target) {
            return !name.startsWith(Places.PLUGIN) && (open ? target.startsWith(name) : target.equals(name));
        }

        @Override
        public boolean covers(Scope other) {
            return other instanceof Name named
                    && (open ? named.name.startsWith(name) : !named.open && named.name.equals(name))
                    // What a variable stands for may begin in any way, but not the other way round.
                    && (name.isEmpty() || name.startsWith(Places.PLUGIN) == named.name.startsWith(Places.PLUGIN));
        }

        @Override
        public Scope at(Places places) {
            return name.startsWith(Places.PLUGIN) && !places.plugin().isEmpty()
                    ? new Name(places.plugin() + name.substring(Places.PLUGIN.length()), open)
                    : this;
        }
    }

    /** How many at a time. */
    static Scope count(String text) {
        return new Count(number(text));
    }

    private static int number(String text) {
        if (text.isEmpty() || text.length() > 7 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("[" + text + "] is no number from 1 to [" + MAX_NUMBER + "]");
        }
        int number = Integer.parseInt(text);
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("[" + text + "] is no number from 1 to [" + MAX_NUMBER + "]");
        }
        return number;
    }

    record Count(int most) implements Scope {
        @Override
        public boolean matches(String target) {
            try {
                return number(target) <= most;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Override
        public boolean covers(Scope other) {
            return other instanceof Count count && count.most <= most;
        }
    }

    /** A topic in the form of a name, with a rate or without: {@code topic/*}, {@code topic@50}, {@code @50}. */
    static Scope topic(String text) {
        int at = text.lastIndexOf('@');
        Scope topic = at == 0 ? ANYWHERE : name(at < 0 ? text : text.substring(0, at));
        return new Topic(topic, at < 0 ? Integer.MAX_VALUE : number(text.substring(at + 1)));
    }

    /** The rate that a topic's scope says. */
    static int rate(String scope) {
        int at = scope.lastIndexOf('@');
        return at < 0 ? Integer.MAX_VALUE : number(scope.substring(at + 1));
    }

    record Topic(Scope topic, int rate) implements Scope {
        @Override
        public boolean matches(String target) {
            return topic.matches(target);
        }

        @Override
        public boolean covers(Scope other) {
            return other instanceof Topic wanted
                    && rate >= wanted.rate
                    && (topic == ANYWHERE || wanted.topic != ANYWHERE && topic.covers(wanted.topic));
        }

        @Override
        public Scope at(Places places) {
            return new Topic(topic.at(places), rate);
        }
    }
}
