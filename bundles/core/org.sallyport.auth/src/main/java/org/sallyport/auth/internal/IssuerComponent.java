package org.sallyport.auth.internal;

import java.time.Clock;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/** An issuer for each configuration of the factory. */
@Component(configurationPid = IssuerConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IssuerConfig.class, factory = true)
public final class IssuerComponent implements ConfiguredSource {
    private final TokenSource source;

    /** @throws IllegalArgumentException if the configuration is wrong; it says which setting and what would be right */
    @Activate
    public IssuerComponent(IssuerConfig config, Map<String, Object> properties) {
        source = new Issuer(Names.of(properties), config, Clock.systemUTC());
    }

    @Override
    public TokenSource source() {
        return source;
    }
}
