package dev.warmfront.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.cost.Bound;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a replay as JSON. The same trace, options and seed give the same text, byte for byte, but for {@code
 * decisionMicros}, which is measured and can be left out.
 */
public final class ReplayJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReplayJson() {}

    /**
     * One trace.
     *
     * @param timing whether to tell how long decisions took
     */
    public static ObjectNode of(Replay replay, List<Replay.PolicyResult> results, boolean timing) {
        ObjectNode node = MAPPER.createObjectNode();
        Bound bound = replay.bound();
        ReplayOptions options = replay.options();
        node.put("trace", replay.name());
        node.put("tasks", replay.tasks());
        ObjectNode skipped = node.putObject("skipped");
        skipped.put("rows", replay.skipped());
        skipped.put("why", "no runtime was recorded");
        node.put("seed", options.seed());
        ObjectNode assumed = node.putObject("assumptions");
        assumed.put("machineType", options.machineType());
        assumed.put("hotUsdPerHour", options.price().toDollars());
        assumed.put("standbyUsdPerHour", options.standbyPrice().toDollars());
        assumed.put("launchSeconds", options.launch().medianMicros() / 1e6);
        assumed.put("resumeSeconds", options.resume().medianMicros() / 1e6);
        assumed.put("stopSeconds", options.stop().medianMicros() / 1e6);
        assumed.put("stopBilled", options.stopBilled());
        assumed.put("minimumBilledSeconds", options.minimumBilled().toNanos() / 1e9);
        assumed.put("trainFraction", options.trainFraction());
        assumed.put("edges", options.edges().name().toLowerCase(Locale.ROOT));
        assumed.put("waitingShareTarget", options.waitingShare());
        assumed.put("knobs", "chosen in hindsight on the scored part, but for those marked knobFrozen");
        ObjectNode best = node.putObject("bound");
        best.put("spendUsd", bound.spend().toDollars());
        best.put("overheadUsd", bound.overhead().toDollars());
        best.put("gap", 0);
        best.put("method", replay.method().label());
        best.put("exact", replay.isBoundExact());
        best.put("kind", kind(replay));
        best.put("launches", bound.launches());
        best.put("resumes", bound.resumes());
        ArrayNode policies = node.putArray("policies");
        for (Replay.PolicyResult result : results) {
            ObjectNode policy = policies.addObject();
            policy.put("name", result.name());
            policy.put("knobIs", result.knob());
            policy.put("knobFrozen", result.frozen().isPresent());
            policy.put("meetsTarget", result.atTarget().isPresent());
            fill(policy, result.best(), timing);
            ArrayNode frontier = policy.putArray("frontier");
            result.frontier().forEach(scores -> fill(frontier.addObject(), scores, timing));
        }
        return node;
    }

    private static String kind(Replay replay) {
        if (!replay.isBoundExact()) {
            return "bound (%s) without the minimum that each start is billed for: a lower bound"
                    .formatted(replay.method().letter());
        }
        return replay.method() == Replay.Method.CLOSED_FORM
                ? "bound (a), exact: the cost of a gap is concave"
                : "bound (b), exact: the cost of a gap is not concave, so (a) would not be a bound";
    }

    /** What became of a trace's policies under shifts, to be put beside their figures. */
    public static ArrayNode of(List<ShiftSuite.Result> shifted, boolean timing) {
        ArrayNode all = MAPPER.createArrayNode();
        for (ShiftSuite.Result result : shifted) {
            ObjectNode node = all.addObject();
            node.put("shift", result.shift().label());
            node.put("what", result.shift().text());
            node.put("tasks", result.bound().tasks());
            ObjectNode best = node.putObject("bound");
            best.put("spendUsd", result.bound().spend().toDollars());
            best.put("overheadUsd", result.bound().overhead().toDollars());
            best.put("reactingOverheadUsd", result.reacting().overhead().toDollars());
            ArrayNode policies = node.putArray("policies");
            for (ShiftSuite.Entry entry : result.entries()) {
                ObjectNode policy = policies.addObject();
                policy.put("name", entry.name());
                policy.put("knobIs", entry.knobIs());
                policy.put("rhoReact", rounded(entry.rhoReact()));
                policy.put(
                        "minutesToRecover",
                        entry.slots().isPresent() ? entry.slots().getAsLong() : null);
                fill(policy, entry.scores(), timing);
            }
        }
        return all;
    }

    private static void fill(ObjectNode node, Scores scores, boolean timing) {
        node.put("knob", scores.knob());
        node.put("rhoOverhead", rounded(scores.rhoOverhead()));
        node.put("rhoSpend", rounded(scores.rhoSpend()));
        node.put("spendUsd", scores.spendUsd());
        node.put("overheadUsd", scores.overheadUsd());
        node.put("waitingShare", rounded(scores.waitingShare()));
        node.put("coldShare", rounded(scores.coldShare()));
        ObjectNode waits = node.putObject("waitSeconds");
        waits.put("p50", rounded(scores.waits().p50()));
        waits.put("p95", rounded(scores.waits().p95()));
        waits.put("p99", rounded(scores.waits().p99()));
        waits.put("max", rounded(scores.waits().max()));
        node.put("idleHotHours", rounded(scores.idleHotHours()));
        node.put("standbyHours", rounded(scores.standbyHours()));
        node.put("launches", scores.launches());
        node.put("resumes", scores.resumes());
        node.put("stops", scores.stops());
        node.put("events", scores.events());
        if (timing) {
            ObjectNode micros = node.putObject("decisionMicros");
            micros.put("p50", rounded(scores.decisionMicros().p50()));
            micros.put("p99", rounded(scores.decisionMicros().p99()));
        }
    }

    /** Six decimals; null where there is nothing to divide by. */
    private static @Nullable BigDecimal rounded(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_UP).stripTrailingZeros()
                : null;
    }
}
