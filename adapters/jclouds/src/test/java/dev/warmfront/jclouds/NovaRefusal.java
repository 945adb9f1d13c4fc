package dev.warmfront.jclouds;

import dev.warmfront.spi.StandInServer.Answer;
import dev.warmfront.spi.StandInServer.Refusal;

/** An error as Nova and Keystone answer a call. */
final class NovaRefusal extends Refusal {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String kind;

    NovaRefusal(int status, String kind, String message) {
        super(message);
        this.status = status;
        this.kind = kind;
    }

    static NovaRefusal notFound(String id) {
        return new NovaRefusal(404, "itemNotFound", "Instance " + id + " could not be found.");
    }

    static NovaRefusal bad(String message) {
        return new NovaRefusal(400, "badRequest", message);
    }

    static NovaRefusal conflict(String verb, String id, String state) {
        return new NovaRefusal(
                409, "conflictingRequest", "Cannot '%s' instance %s while it is in %s".formatted(verb, id, state));
    }

    static NovaRefusal unauthorized() {
        return new NovaRefusal(401, "error", "The request you have made requires authentication.");
    }

    @Override
    protected Answer answer() {
        return Answer.json(
                status, "{\"%s\": {\"code\": %d, \"message\": \"%s\"}}".formatted(kind, status, getMessage()));
    }
}
