package org.sallyport.plugin.toolpinning.internal;

import org.sallyport.api.document.Document;

/**
 * What is wanted.
 *
 * @param holds whether tools that are not as approved are withheld; else they are only reported
 * @param trusts whether a tool that was never seen is approved as it is
 */
record PinSettings(boolean holds, boolean trusts) {
    /** Of a server for which nothing is configured. */
    static final PinSettings NOTHING = new PinSettings(false, true);

    static PinSettings of(Document settings) {
        return new PinSettings(
                settings.get("action").text("hold").equals("hold"),
                settings.get("first_sight").text("trust").equals("trust"));
    }
}
