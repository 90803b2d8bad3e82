package org.sallyport.auth.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.auth.Finding;

/** All tokens, by those who know them. Thread-safe. */
final class Tokens implements Authentication {
    /** How long a finding is believed without a new check, if the token lives that long. */
    static final Duration BELIEVED = Duration.ofMinutes(5);

    /** Most findings that are kept; the one that was not used longest makes room. */
    static final int MAX_KEPT = 10_000;

    private static final int LIMIT_SECONDS = 15;

    private final Clock clock;
    private final Executor workers;
    private volatile List<TokenSource> sources = List.of();

    /** Good tokens alone, so nobody can fill it who has none. Its own lock. */
    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private record Key(String sha256, String audience) {}

    private record Kept(TokenSource source, Caller caller, Instant until) {}

    /** @param workers check what may wait for others; bounded */
    Tokens(Clock clock, Executor workers) {
        this.clock = clock;
        this.workers = workers;
    }

    /** Others know tokens now. */
    void use(Collection<TokenSource> now) {
        sources = now.stream().sorted(Comparator.comparing(TokenSource::name)).toList();
    }

    @Override
    public CompletionStage<Finding> check(String text, String audience) {
        if (text.isEmpty() || text.length() > MAX_TOKEN) {
            return done(Finding.Refused.invalid("The token has to have 1 to [" + MAX_TOKEN + "] characters"));
        }
        Key key = new Key(Token.digest(text), audience);
        Optional<Caller> known = recall(key);
        if (known.isPresent()) {
            return done(new Finding.Known(known.get()));
        }
        Token token = Token.of(text);
        for (TokenSource source : sources) {
            if (source.owns(token)) {
                return source.waits() ? later(source, token, key) : done(source.check(token, audience));
            }
        }
        return done(Finding.Refused.invalid("The token is not known here"));
    }

    private CompletionStage<Finding> later(TokenSource source, Token token, Key key) {
        try {
            return CompletableFuture.<Finding>supplyAsync(() -> checked(source, token, key), workers)
                    .completeOnTimeout(
                            new Finding.Unavailable("The token could not be checked in time; try again later"),
                            LIMIT_SECONDS,
                            TimeUnit.SECONDS)
                    .exceptionally(e -> new Finding.Unavailable("The token could not be checked"));
        } catch (RejectedExecutionException e) {
            return done(new Finding.Unavailable("Too many tokens are being checked; try again later"));
        }
    }

    private Finding checked(TokenSource source, Token token, Key key) {
        Finding finding = source.check(token, key.audience());
        if (finding instanceof Finding.Known known) {
            Instant soon = clock.instant().plus(BELIEVED);
            Instant until = known.caller().expires().filter(soon::isAfter).orElse(soon);
            synchronized (kept) {
                kept.put(key, new Kept(source, known.caller(), until));
            }
        }
        return finding;
    }

    private Optional<Caller> recall(Key key) {
        Kept found;
        synchronized (kept) {
            found = kept.get(key);
        }
        return found != null
                        && sources.contains(found.source())
                        && clock.instant().isBefore(found.until())
                ? Optional.of(found.caller())
                : Optional.empty();
    }

    private static CompletionStage<Finding> done(Finding finding) {
        return CompletableFuture.completedFuture(finding);
    }

    @Override
    public boolean isConfigured() {
        return !sources.isEmpty();
    }

    @Override
    public Set<String> issuers() {
        return collect(source -> source.issuer().map(Set::of).orElse(Set.of()));
    }

    @Override
    public Set<String> scopes() {
        return collect(TokenSource::scopes);
    }

    private Set<String> collect(Function<TokenSource, Set<String>> part) {
        Set<String> all = new LinkedHashSet<>();
        sources.forEach(source -> all.addAll(part.apply(source)));
        return all;
    }
}
