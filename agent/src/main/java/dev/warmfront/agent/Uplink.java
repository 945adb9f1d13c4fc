package dev.warmfront.agent;

import java.io.IOException;
import java.time.Duration;

/** The control plane as one registered instance sees it; the session may be replaced by a new registration. */
final class Uplink {

    private final ControlPlane controlPlane;
    private volatile Session session;

    Uplink(ControlPlane controlPlane, Session first) {
        this.controlPlane = controlPlane;
        this.session = first;
    }

    Session session() {
        return session;
    }

    void renew(Session fresh) {
        session = fresh;
    }

    ControlPlane.Answer post(String path, Json body, Duration timeout) {
        return controlPlane.post(path, session().token(), body, timeout);
    }

    ControlPlane.Piece get(String path, Duration timeout) throws IOException {
        return controlPlane.get(path, session().token(), timeout);
    }

    ControlPlane.Answer put(String path, byte[] bytes, int length, Duration timeout) {
        return controlPlane.put(path, session().token(), bytes, length, timeout);
    }
}
