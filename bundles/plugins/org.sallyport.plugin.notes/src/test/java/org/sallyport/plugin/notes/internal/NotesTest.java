package org.sallyport.plugin.notes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.testkit.TestContext;

@DisplayName("The sample notes")
class NotesTest {
    private static String text(PluginAction action, Document arguments) {
        Document result = action.run(arguments, TestContext.UNHURRIED);
        assertThat(result.keys()).containsExactly("content");
        assertThat(result.get("content").size()).isOne();
        assertThat(result.get("content").get(0).get("type").text("")).isEqualTo("text");
        return result.get("content").get(0).get("text").text("");
    }

    private static String note(String name) {
        return text(new FetchNote(), Document.object("name", Document.of(name)));
    }

    @Test
    @DisplayName("are listed with their titles")
    void list() {
        assertThat(text(new ListNotes(), Document.EMPTY_OBJECT).lines())
                .containsExactly(
                        "welcome: Welcome",
                        "groceries: Groceries",
                        "contact: Contact",
                        "deployment: Deployment",
                        "meeting: Meeting");
    }

    @Test
    @DisplayName("hold an address, a key and an injection for a policy to find")
    void samples() {
        assertThat(note("contact")).contains("jane.doe@example.com");
        assertThat(note("deployment")).containsPattern("\\bAKIA[A-Z0-9]{16}\\b");
        assertThat(note("meeting")).contains("Ignore all previous instructions");
        assertThat(note("welcome")).doesNotContain("@", "AKIA");
    }

    @Test
    @DisplayName("are named when one is asked for that does not exist")
    void unknown() {
        assertThatThrownBy(() -> note("nothing"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("not_found"))
                .hasMessage(
                        "There is no note [nothing]; the notes are welcome, groceries, contact, deployment, meeting");
    }

    @Test
    @DisplayName("come with an echo")
    void echo() {
        assertThat(text(new Echo(), Document.object("message", Document.of("héllo"))))
                .isEqualTo("héllo");
    }

    @Test
    @DisplayName("are reached by actions with closed schemas")
    void schemas() {
        for (PluginAction action : List.of(new Echo(), new FetchNote(), new ListNotes())) {
            assertThat(action.parameters().get("type").text("")).isEqualTo("object");
            assertThat(action.parameters().get("additionalProperties")).isSameAs(Document.FALSE);
            assertThat(action.name()).matches("[A-Za-z0-9_-]{1,64}");
            action.parameters()
                    .get("required")
                    .values()
                    .forEach(name -> assertThat(
                                    action.parameters().get("properties").has(name.text("")))
                            .isTrue());
        }
    }
}
