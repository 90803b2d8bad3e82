package org.sallyport.plugin.interceptor.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The data of the events of a stream that ended (WHATWG HTML, section 9.2). */
final class EventData {
    private static final String FIELD = "data:";

    private EventData() {}

    /** What each event carries; events without data are left out. */
    static List<byte[]> of(byte[] stream) {
        List<byte[]> events = new ArrayList<>();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (String line : new String(stream, StandardCharsets.UTF_8).split("\r\n|\r|\n", -1)) {
            if (line.isEmpty()) {
                if (data.size() > 0) {
                    events.add(data.toByteArray());
                }
                data.reset();
            } else if (line.startsWith(FIELD)) {
                String value = line.substring(FIELD.length());
                if (data.size() > 0) {
                    data.write('\n');
                }
                data.writeBytes((value.startsWith(" ") ? value.substring(1) : value).getBytes(StandardCharsets.UTF_8));
            }
        }
        return events;
    }
}
