package org.sallyport.plugin.scan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.sallyport.api.document.Document;

/** What programs write: records, logs and source code, none of which holds anything that a filter looks for. */
final class Listing {
    private static final String[] NAMES =
            "count value index result buffer request handler config MAX_SIZE item_list userName is_valid node left total"
                    .split(" ");

    private static final String[] SOURCE = {
        "package org.example.$;\n\nimport java.util.List;\nimport java.util.Map;\n\n",
        "    /** Returns the $ of this $, or {@code null} if there is none. */\n",
        "    public static int $(List<String> $, Map<String, Integer> $) {\n",
        "        if ($ != null && $.size() > # - 1) {\n            return $[#];\n        }\n",
        "        for (int i = 0; i < $.length; i++) {\n            $ += $[i] * # ^ 0xff;\n        }\n",
        "    }\n\n",
        "def $(self, $, *, $=None):\n    \"\"\"Checks the $ before the $ is used.\"\"\"\n",
        "    return [$ for $ in self._$ if $.get('$') == #]\n\n",
        "const $ = await fetch(`/api/${$}/$?limit=#`, { method: 'POST' });\n",
        "  expect($.$).toEqual({ $: #, '$-id': \"$\" }); // see above\n",
        "  <div className=\"$\" onClick={() => $(#)}>{$}</div>\n",
        "#include <$.h>\n#define $_$ (# << 3)\nstatic void $_init(struct $ *$) { $->$ = #; }\n",
        "SELECT $, COUNT(*) FROM $ WHERE $ >= # AND $ <> 'x' ORDER BY $ DESC;\n",
        "--- a/src/$.c\n+++ b/src/$.c\n@@ -#,7 +#,9 @@ static int $(void)\n"
    };

    private final Random random;

    private Listing(long seed) {
        random = new Random(seed);
    }

    /** Records whose JSON is about as long as asked for. */
    static Document records(int size) {
        Listing listing = new Listing(3);
        List<Document> records = new ArrayList<>();
        for (int written = 0; written < size; ) {
            Document record = listing.record();
            written += record.toJson().length() + 1;
            records.add(record);
        }
        return Document.array(records);
    }

    private Document record() {
        Map<String, Document> address = new LinkedHashMap<>();
        address.put("street", Document.of(random.nextInt(200) + " " + name() + " street"));
        address.put("city", Document.of("Zurich"));
        address.put("country", Document.of("CH"));
        Map<String, Document> record = new LinkedHashMap<>();
        record.put("id", Document.of(random.nextInt(100_000)));
        record.put("uuid", Document.of(uuid()));
        record.put("name", Document.of(name() + " " + name()));
        record.put("active", Document.of(random.nextBoolean()));
        record.put("created_at", Document.of(time()));
        record.put("amount", Document.number(random.nextInt(9_000) + "." + (10 + random.nextInt(90))));
        record.put("tags", Document.array(Document.of(name()), Document.of("a-b"), Document.of("c_d")));
        record.put("url", Document.of("https://example.com/items/" + random.nextInt(9_999) + "?page=2"));
        record.put("address", Document.object(address));
        record.put("note", Document.of("Delivered to the " + name() + " on time; see the report."));
        record.put("parent", Document.NULL);
        return Document.object(record);
    }

    /** Lines of a server's log. */
    static String log(int size) {
        Listing listing = new Listing(4);
        StringBuilder text = new StringBuilder(size + 200);
        while (text.length() < size) {
            text.append(listing.time())
                    .append(" INFO  [http-nio-8080-exec-")
                    .append(listing.random.nextInt(20))
                    .append("] org.example.")
                    .append(listing.name())
                    .append(".Service - GET /api/v1/")
                    .append(listing.name())
                    .append('/')
                    .append(listing.uuid())
                    .append(" from 127.0.0.1:")
                    .append(40_000 + listing.random.nextInt(9_999))
                    .append(" -> 200 OK (")
                    .append(listing.random.nextInt(900))
                    .append(" ms, 0x")
                    .append(Integer.toHexString(listing.random.nextInt()))
                    .append(")\n");
        }
        return text.substring(0, size);
    }

    /** Source code in several languages. */
    static String source(int size) {
        Listing listing = new Listing(5);
        StringBuilder text = new StringBuilder(size + 200);
        while (text.length() < size) {
            String line = SOURCE[listing.random.nextInt(SOURCE.length)];
            for (int i = 0; i < line.length(); i++) {
                switch (line.charAt(i)) {
                    case '$' -> text.append(listing.name());
                    case '#' -> text.append(line.startsWith("#", i) && i == 0 ? "#" : listing.random.nextInt(500));
                    default -> text.append(line.charAt(i));
                }
            }
        }
        return text.substring(0, size);
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private String uuid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private String time() {
        return "2025-1" + random.nextInt(3) + "-0" + (1 + random.nextInt(9)) + "T1" + random.nextInt(10) + ":2"
                + random.nextInt(10) + ":03." + (100 + random.nextInt(900)) + "Z";
    }
}
