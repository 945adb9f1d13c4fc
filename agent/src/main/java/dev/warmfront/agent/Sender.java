package dev.warmfront.agent;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Sends pieces of files that other agents wait for to the control plane, which hands them on. */
final class Sender {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Numbers of pieces sent, remembered so that none is sent twice. */
    private static final int MOST_REMEMBERED = 1_000;

    private final TaskFiles files;
    private final Uplink uplink;
    private final SequencedSet<String> begun = new LinkedHashSet<>();

    Sender(TaskFiles files, Uplink uplink) {
        this.files = files;
        this.uplink = uplink;
    }

    /** All pieces that are waited for; those that are new are sent. */
    synchronized void send(List<Desired.Send> sends) {
        for (Desired.Send send : sends) {
            if (begun.add(send.id())) {
                if (begun.size() > MOST_REMEMBERED) {
                    begun.removeFirst();
                }
                Thread.startVirtualThread(() -> send(send));
            }
        }
    }

    /** An empty piece says that the file is not here. One that gets lost is asked for again under another number. */
    private void send(Desired.Send send) {
        byte[] piece = files.piece(new DataCache.Key(send.tenant(), send.sha256()), send.offset(), send.length());
        byte[] bytes = piece == null ? new byte[0] : piece;
        ControlPlane.Answer answer =
                uplink.put("/agent/v1/pieces/" + AttemptKey.encoded(send.id()), bytes, bytes.length, PATIENCE);
        if (!(answer instanceof ControlPlane.Answer.Ok)) {
            StateLog.warn("a piece of " + send.sha256() + " was not taken: " + answer);
        }
    }
}
