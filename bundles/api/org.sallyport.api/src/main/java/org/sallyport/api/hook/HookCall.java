package org.sallyport.api.hook;

import org.osgi.annotation.versioning.ProviderType;

/** One call of a hook, beside its value. Valid until the handler returns. */
@ProviderType
public interface HookCall {
    /** The hook's name. */
    String hook();
}
