package org.sallyport.signing.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** A verb whose work may fail in the ways of keys and files. */
record Verb(String scope, String name, String summary, Role role, List<Parameter> parameters, Work work)
        implements AdminVerb {
    /** What it does. */
    interface Work {
        Object run(Arguments arguments)
                throws IOException, GeneralSecurityException, TrustException, SignatureException;
    }

    @Override
    public @Nullable Object run(Arguments arguments) {
        try {
            return work.run(arguments);
        } catch (SignatureException e) {
            throw new PluginException("refused", "It would not be let in: " + e.getMessage() + ". " + e.next(), e);
        } catch (TrustException e) {
            throw new PluginException("keys", String.valueOf(e.getMessage()), e);
        } catch (GeneralSecurityException e) {
            throw new PluginException("keys", "This cannot be done: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PluginException("keys", "A file could not be read or written: " + e.getMessage(), e);
        }
    }
}
