package org.sallyport.plugin.scan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The check that a scan is linear")
class LinearTest {
    @Test
    @DisplayName("objects to one that looks for the end of a quotation at each quote mark")
    void quadratic() {
        assertThatThrownBy(() -> Linear.assertLinear(new Quotations())).hasMessageContaining("reads of");
    }

    private static final class Quotations implements Detector {
        @Override
        public void scan(CharSequence text, int from, int to, String name, boolean opaque, Hits hits) {
            for (int i = from; i < to; i++) {
                int end = i + 1;
                while (text.charAt(i) == '"' && end < to && text.charAt(end) == '"') {
                    end++;
                }
            }
        }

        @Override
        public int shortest() {
            return 2;
        }

        @Override
        public String type(int type) {
            return "quotation";
        }

        @Override
        public int types() {
            return 1;
        }

        @Override
        public String placeholder(int type) {
            return "";
        }
    }
}
