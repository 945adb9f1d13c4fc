package dev.warmfront.aws;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One instance in the stand-in: its states with the times from which they hold, so that answers can lag behind. */
final class Ec2Machine {

    /** EC2's instance states, with their numeric codes. */
    enum State {
        PENDING(0),
        RUNNING(16),
        SHUTTING_DOWN(32),
        TERMINATED(48),
        STOPPING(64),
        STOPPED(80);

        final int code;

        State(int code) {
            this.code = code;
        }

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** From then on it is in that state. */
    private record Since(Instant at, State state, String reason) {}

    final String id;
    final String type;
    final String zone;
    final boolean spot;
    final boolean canHibernate;
    final String image;
    final String userData;
    final Map<String, String> tags;
    final Instant launched;
    private final List<Since> history = new ArrayList<>();

    Ec2Machine(String id, String type, String zone, Ec2Query request, Map<String, String> tags, Instant launched) {
        this.id = id;
        this.type = type;
        this.zone = zone;
        this.spot = request.text("InstanceMarketOptions.MarketType").equals("spot");
        this.canHibernate = request.text("HibernationOptions.Configured").equals("true");
        this.image = request.text("ImageId");
        this.userData = request.text("UserData");
        this.tags = Map.copyOf(tags);
        this.launched = launched;
    }

    /** From that time on it is in that state; what was planned for later is off. */
    void become(State state, String reason, Instant at) {
        history.removeIf(since -> since.at().isAfter(at));
        history.add(new Since(at, state, reason));
    }

    /** After the first it comes to the second by itself. */
    void become(State first, State second, String reason, Instant at, Duration after) {
        become(first, reason, at);
        history.add(new Since(at.plus(after), second, reason));
    }

    State state(Instant at) {
        return since(at).map(Since::state).orElse(State.PENDING);
    }

    String reason(Instant at) {
        return since(at).map(Since::reason).orElse("");
    }

    /** What it runs when it boots. */
    String script() {
        return new String(Base64.getDecoder().decode(userData), StandardCharsets.UTF_8);
    }

    /** Whether an answer that lags behind shows it at all. */
    boolean isVisible(Instant at) {
        return since(at).isPresent();
    }

    private Optional<Since> since(Instant at) {
        return history.stream().filter(since -> !since.at().isAfter(at)).reduce((first, second) -> second);
    }
}
