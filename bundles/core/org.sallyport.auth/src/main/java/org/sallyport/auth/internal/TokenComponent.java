package org.sallyport.auth.internal;

import java.time.Clock;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.sallyport.spi.auth.Finding;

/** A token for each configuration of the factory. */
@Component(
        service = TokenSource.class,
        configurationPid = TokenConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TokenConfig.class, factory = true)
public final class TokenComponent implements TokenSource {
    private final StaticToken token;

    /** @throws IllegalArgumentException if the configuration is wrong; it says which setting and what would be right */
    @Activate
    public TokenComponent(TokenConfig config, Map<String, Object> properties) {
        token = new StaticToken(Names.of(properties), config, Clock.systemUTC());
    }

    @Override
    public String name() {
        return token.name();
    }

    @Override
    public boolean owns(Token shown) {
        return token.owns(shown);
    }

    @Override
    public Finding check(Token shown, String audience) {
        return token.check(shown, audience);
    }

    @Override
    public boolean waits() {
        return token.waits();
    }
}
