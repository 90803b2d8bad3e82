package hostile;

import java.util.List;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.middleware.Middleware;
import org.sallyport.type.middleware.MiddlewarePlugin;

/**
 * A middleware that attacks when a tool is called with its row in the argument {@code attack}, and answers with what came of each step. The
 * id is a place holder of the length of all.
 */
@SallyportPlugin(id = "attack-xx-00x", name = "Attack", description = "Tries what it must not")
public abstract class Attack implements MiddlewarePlugin {
    /** Tries it. */
    protected abstract void attack(Steps steps) throws Throwable;

    @Override
    public Middleware configure(Settings settings) {
        return this::process;
    }

    private PolicyDecision process(PolicyCall call) throws Exception {
        Message message = call.message();
        Document arguments = message.document().get("params").get("arguments");
        if (!message.kind().equals(Message.REQUEST)
                || !message.method().equals("tools/call")
                || !arguments.get("attack").text("").equals("attack-xx-00x")) {
            return PolicyDecision.pass();
        }
        Steps steps = new Steps(arguments);
        try {
            attack(steps);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        Document text = Document.object("type", Document.of("text"))
                .with("text", Document.of(steps.notes().toJson()));
        Document result = Document.object("content", Document.array(List.of(text)));
        return PolicyDecision.complete(
                Document.object("jsonrpc", Document.of("2.0")).with("result", result), "attacked", "attacked");
    }
}
