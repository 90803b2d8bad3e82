package org.sallyport.plugin.notes.internal;

import org.osgi.service.component.annotations.Component;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;

/** Says what it was told. */
@Component(service = PluginAction.class)
public final class Echo implements PluginAction {
    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String description() {
        return "Returns the message it is given";
    }

    @Override
    public Document parameters() {
        return Texts.oneString("message", "What to return");
    }

    @Override
    public Document run(Document arguments, ActionCall call) {
        return Texts.result(arguments.get("message").text(""));
    }
}
