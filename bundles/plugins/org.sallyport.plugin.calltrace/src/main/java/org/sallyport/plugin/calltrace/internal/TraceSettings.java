package org.sallyport.plugin.calltrace.internal;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;

/**
 * What is wanted.
 *
 * @param maxParamLength most characters of the arguments that are shown
 * @param fields what is shown
 */
record TraceSettings(int maxParamLength, Set<TraceField> fields) {
    static final int DEFAULT_PARAM_LENGTH = 200;

    /** More would no longer be a trace but a copy. */
    static final int LONGEST_PARAM_LENGTH = 65_536;

    static TraceSettings of(Document settings) {
        long length = settings.get("max_param_length").asLong(DEFAULT_PARAM_LENGTH);
        if (length < 0 || length > LONGEST_PARAM_LENGTH) {
            throw new SettingsException(
                    "/max_param_length",
                    "[" + length + "] characters is not possible: use 0 to " + LONGEST_PARAM_LENGTH);
        }
        Document wanted = settings.get("trace_fields");
        Set<TraceField> fields = EnumSet.allOf(TraceField.class);
        fields.removeIf(field -> !wanted.get(field.key()).asBoolean(true));
        return new TraceSettings((int) length, Collections.unmodifiableSet(fields));
    }
}
