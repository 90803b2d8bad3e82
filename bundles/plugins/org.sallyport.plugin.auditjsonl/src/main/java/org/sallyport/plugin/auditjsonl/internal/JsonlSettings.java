package org.sallyport.plugin.auditjsonl.internal;

import java.nio.file.Path;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.plugin.auditfile.AuditFiles;

/**
 * What is wanted.
 *
 * @param file where the records go
 * @param requestBody whether a request's {@code params} are recorded
 * @param responseBody whether a response's {@code result} or {@code error} is recorded
 * @param notificationBody whether a notification's {@code params} are recorded
 * @param maxBodySize most bytes of a body's JSON text; a longer one is cut; 0 for no limit
 */
record JsonlSettings(Path file, boolean requestBody, boolean responseBody, boolean notificationBody, int maxBodySize) {
    static final int DEFAULT_BODY = 10_240;
    static final int SMALLEST_BODY = 50;
    static final int LARGEST_BODY = 1 << 20;

    static JsonlSettings of(Document settings, Path dataFolder) {
        long max = settings.get("max_body_size").asLong(DEFAULT_BODY);
        if (max != 0 && (max < SMALLEST_BODY || max > LARGEST_BODY)) {
            throw new SettingsException(
                    "/max_body_size",
                    "[" + max + "] bytes is not possible: use 0 for no limit, or " + SMALLEST_BODY + " to "
                            + LARGEST_BODY);
        }
        return new JsonlSettings(
                AuditFiles.resolve(
                        dataFolder, "/output_file", settings.get("output_file").text("")),
                settings.get("include_request_body").asBoolean(false),
                settings.get("include_response_body").asBoolean(false),
                settings.get("include_notification_body").asBoolean(false),
                (int) max);
    }

    boolean anyBody() {
        return requestBody || responseBody || notificationBody;
    }
}
