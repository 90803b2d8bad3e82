package org.sallyport.spi.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Descriptions of components")
class ComponentDescriptionsTest {
    private static List<String> of(String header) {
        return ComponentDescriptions.of(
                header,
                List.of("OSGI-INF/", "OSGI-INF/a.xml", "OSGI-INF/b.txt", "OSGI-INF/sub/c.xml", "d.xml", "e$f.xml"));
    }

    @Test
    @DisplayName("are the entries that the header names, one by one or by a pattern")
    void named() {
        assertThat(of("")).isEmpty();
        assertThat(of("OSGI-INF/a.xml")).containsExactly("OSGI-INF/a.xml");
        assertThat(of("/OSGI-INF/a.xml,d.xml , gone.xml")).containsExactly("OSGI-INF/a.xml", "d.xml");
        assertThat(of("OSGI-INF/*.xml")).containsExactly("OSGI-INF/a.xml");
        assertThat(of("*.xml")).containsExactly("d.xml", "e$f.xml");
        assertThat(of("OSGI-INF/*")).containsExactly("OSGI-INF/", "OSGI-INF/a.xml", "OSGI-INF/b.txt");
        assertThat(of("e$f.xml")).containsExactly("e$f.xml");
        assertThat(of("a.b")).isEmpty();
    }

    @Test
    @DisplayName("name classes, however they are written")
    void classes() {
        String xml = "<?xml version='1.0' encoding='%s'?>"
                + "<x><scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.5.0'><implementation other='>'\n"
                + " class=' com.acme.&#65;&#x42;c '/></scr:component><implementation class='two'/></x>";
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1)) {
            assertThat(ComponentDescriptions.classes(
                            xml.formatted(charset.name()).getBytes(charset)))
                    .containsExactly("com.acme.ABc", "two");
        }
    }

    @Test
    @DisplayName("have so many bytes and elements, and no more")
    void bounds() {
        String many = "<a>" + "<b/>".repeat(ComponentDescriptions.MAX_ELEMENTS - 1) + "</a>";
        assertThat(ComponentDescriptions.classes(many.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThatThrownBy(() -> ComponentDescriptions.classes(
                        many.replace("</a>", "<b/></a>").getBytes(StandardCharsets.UTF_8)))
                .hasMessage("it has more than [10000] elements");
        String large = "<a>" + " ".repeat(ComponentDescriptions.MAX_SIZE - 7) + "</a>";
        assertThat(ComponentDescriptions.classes(large.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThatThrownBy(() -> ComponentDescriptions.classes((large + " ").getBytes(StandardCharsets.UTF_8)))
                .hasMessage("it has more than [1048576] bytes");
    }
}
