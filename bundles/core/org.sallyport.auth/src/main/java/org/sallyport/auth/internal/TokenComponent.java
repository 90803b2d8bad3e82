package org.sallyport.auth.internal;

import java.time.Clock;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/** A token for each configuration of the factory. */
@Component(configurationPid = TokenConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TokenConfig.class, factory = true)
public final class TokenComponent implements ConfiguredSource {
    private final TokenSource source;

    /** @throws IllegalArgumentException if the configuration is wrong; it says which setting and what would be right */
    @Activate
    public TokenComponent(TokenConfig config, Map<String, Object> properties) {
        source = new StaticToken(Names.of(properties), config, Clock.systemUTC());
    }

    @Override
    public TokenSource source() {
        return source;
    }
}
