package org.sallyport.plugin.notes.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;

/** Gives one note. */
@Component(service = PluginAction.class)
public final class FetchNote implements PluginAction {
    private static final int MAX_NAME = 100;

    private final Notes notes = new Notes();

    @Override
    public String name() {
        return "fetch_note";
    }

    @Override
    public String description() {
        return "Returns the text of one of the sample notes";
    }

    @Override
    public Document parameters() {
        return Texts.oneString("name", "The note's name, as list_notes gives it");
    }

    @Override
    public Document run(Document arguments, ActionCall call) {
        String name = arguments.get("name").text("");
        return notes.find(name)
                .map(note -> Texts.result(note.text()))
                .orElseThrow(() -> new PluginException(
                        "not_found",
                        "There is no note [" + name.substring(0, Math.min(name.length(), MAX_NAME))
                                + "]; the notes are "
                                + String.join(", ", notes.all().keySet())));
    }
}
