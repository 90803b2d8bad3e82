package hostile;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.document.Document;

/** Takes the steps of an attack one by one and notes what came of each: one that is stopped does not hide the next. */
public final class Steps {
    /** Longest text of a note. */
    private static final int LONGEST = 1_000;

    private final Document arguments;
    private final List<Document> notes = new ArrayList<>();

    Steps(Document arguments) {
        this.arguments = arguments;
    }

    /** What is tried; its value is what it got hold of, {@code null} for nothing. */
    public interface Step {
        Object run() throws Throwable;
    }

    /** Tries something. */
    public void step(String name, Step step) {
        if (!arguments.get("step").text(name).equals(name)) {
            return;
        }
        Document note = Document.object("step", Document.of(name));
        try {
            Object value = step.run();
            notes.add(value == null ? note : note.with("did", Document.of(cut(value.toString()))));
        } catch (Throwable e) {
            notes.add(
                    note.with("threw", Document.of(e.getClass().getName())).with("message", Document.of(cut(text(e)))));
        }
    }

    /** What the test says, such as where its secret lies. */
    public String text(String argument) {
        return arguments.get(argument).text("");
    }

    /** A number that the test says. */
    public int number(String argument) {
        return (int) arguments.get(argument).asLong(0);
    }

    Document notes() {
        return Document.array(notes);
    }

    private static String text(Throwable e) {
        StringBuilder text = new StringBuilder(String.valueOf(e.getMessage()));
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            text.append(" <- ").append(cause);
        }
        return text.toString();
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }
}
