package org.sallyport.api.plugin;

/** How far a version of a plugin is; who asks for versions by range gets them in this light. */
public enum Stage {
    /** For everybody. */
    STABLE,
    /** To be tried: only for who asks for it. */
    BETA,
    /** To be left: for who has no stable version to go to. */
    DEPRECATED
}
