package org.sallyport.auth.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.auth.Finding;

/** A token that was agreed upon and is known by its digest. Thread-safe. */
final class StaticToken implements TokenSource {
    private final String name;
    private final String sha256;
    private final Caller caller;
    private final Clock clock;

    /** @throws IllegalArgumentException if a setting is wrong; it says which and what would be right */
    StaticToken(String name, TokenConfig config, Clock clock) {
        this.name = name;
        this.sha256 = config.sha256().toLowerCase(Locale.ROOT);
        this.clock = clock;
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "Token [" + name + "]: [sha256] has to be 64 hexadecimal digits; 'token:create " + name
                            + "' prints it for a new token");
        }
        this.caller = new Caller(
                config.principal().isBlank() ? name : config.principal(),
                config.tenant(),
                new LinkedHashSet<>(List.of(config.scopes())),
                expires(config.expires()));
    }

    private Optional<Instant> expires(String value) {
        try {
            return value.isBlank() ? Optional.empty() : Optional.of(Instant.parse(value));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "Token [" + name + "]: [expires] is [" + value + "]; it has to be like [2027-01-31T00:00:00Z]", e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean owns(Token token) {
        // By digest: how long the comparison takes says nothing of the token.
        return sha256.equals(token.sha256());
    }

    @Override
    public Finding check(Token token, String audience) {
        return caller.expires().filter(end -> !clock.instant().isBefore(end)).isPresent()
                ? Finding.Refused.invalid("The token has expired")
                : new Finding.Known(caller);
    }

    @Override
    public boolean waits() {
        return false;
    }
}
