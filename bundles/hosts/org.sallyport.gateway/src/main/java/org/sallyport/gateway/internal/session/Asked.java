package org.sallyport.gateway.internal.session;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;

/** Requests of servers that the client has not answered yet. Thread-safe. */
final class Asked {
    /**
     * One of them.
     *
     * @param link who asked
     * @param serverId the id by which the server knows it
     * @param token the server's progress token; {@link Document#NULL} if there is none
     * @param sent the request after its pass, with the server's id
     * @param passage its exchange
     * @param at when it was asked, by {@link System#nanoTime()}
     */
    record Question(ServerLink link, Document serverId, Document token, Frame sent, Passage passage, long at) {}

    private final Map<String, Question> questions = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    /** Adds one; gives the id by which the client knows it, unique in the session. */
    Document add(Question question) {
        Document id = Document.of("sp-" + ids.incrementAndGet());
        questions.put(id.toJson(), question);
        return id;
    }

    /** Takes the one that the client knows by this id. */
    Optional<Question> take(Document clientId) {
        return Optional.ofNullable(questions.remove(clientId.toJson()));
    }

    /** The one whose progress token, as the client knows it, is this. */
    Optional<Question> byToken(Document clientToken) {
        return Optional.ofNullable(questions.get(clientToken.toJson()));
    }

    /** Takes the one that the server knows by this id; gives the client's id. */
    Optional<Document> take(ServerLink link, Document serverId) {
        for (Map.Entry<String, Question> entry : questions.entrySet()) {
            Question question = entry.getValue();
            if (question.link() == link
                    && question.serverId().toJson().equals(serverId.toJson())
                    && questions.remove(entry.getKey(), question)) {
                String key = entry.getKey();
                return Optional.of(Document.of(key.substring(1, key.length() - 1)));
            }
        }
        return Optional.empty();
    }

    int size() {
        return questions.size();
    }

    Map<String, Question> all() {
        return Map.copyOf(questions);
    }
}
