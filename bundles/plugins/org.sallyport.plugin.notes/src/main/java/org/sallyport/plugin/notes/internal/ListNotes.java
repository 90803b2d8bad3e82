package org.sallyport.plugin.notes.internal;

import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.SallyportPlugin;

/** Names the notes. */
@SallyportPlugin(
        id = "notes",
        name = "Notes",
        description = "A few sample notes to try a policy with: some harmless, some with what a policy should notice",
        author = "Sallyport",
        keywords = {"sample", "tools"})
@Component(service = PluginAction.class)
public final class ListNotes implements PluginAction {
    private final Notes notes = new Notes();

    @Override
    public String name() {
        return "list_notes";
    }

    @Override
    public String description() {
        return "Lists the sample notes with their titles";
    }

    @Override
    public Document parameters() {
        return Texts.nothing();
    }

    @Override
    public Document run(Document arguments, ActionCall call) {
        return Texts.result(notes.all().entrySet().stream()
                .map(note -> note.getKey() + ": " + note.getValue().title())
                .collect(Collectors.joining("\n")));
    }
}
