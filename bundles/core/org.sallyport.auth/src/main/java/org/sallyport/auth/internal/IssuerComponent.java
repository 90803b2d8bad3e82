package org.sallyport.auth.internal;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.sallyport.spi.auth.Finding;

/** An issuer for each configuration of the factory. */
@Component(
        service = TokenSource.class,
        configurationPid = IssuerConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IssuerConfig.class, factory = true)
public final class IssuerComponent implements TokenSource {
    private final Issuer issuer;

    /** @throws IllegalArgumentException if the configuration is wrong; it says which setting and what would be right */
    @Activate
    public IssuerComponent(IssuerConfig config, Map<String, Object> properties) {
        issuer = new Issuer(Names.of(properties), config, Clock.systemUTC());
    }

    @Override
    public String name() {
        return issuer.name();
    }

    @Override
    public Optional<String> issuer() {
        return issuer.issuer();
    }

    @Override
    public Set<String> scopes() {
        return issuer.scopes();
    }

    @Override
    public boolean owns(Token token) {
        return issuer.owns(token);
    }

    @Override
    public Finding check(Token token, String audience) {
        return issuer.check(token, audience);
    }

    @Override
    public boolean waits() {
        return issuer.waits();
    }
}
