package dev.warmfront.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The figures of replays as one HTML file that needs nothing else: the frontier, a day's levels against demand, the table.
 * The figures are those of {@link ReplayJson}, inside the page, which draws itself.
 */
public final class ReplayReport {

    private static final String TEMPLATE = "report.html";
    private static final String PLACE = "{{data}}";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ArrayNode traces = MAPPER.createArrayNode();

    /**
     * Adds one trace to the page.
     *
     * @param shifted what became of it under shifts; none where that was not asked for
     */
    public void add(Replay replay, List<Replay.PolicyResult> results, List<ShiftSuite.Result> shifted) {
        ObjectNode trace = ReplayJson.of(replay, results, true);
        trace.set("shifts", ReplayJson.of(shifted, true));
        for (int i = 0; i < results.size(); i++) {
            ObjectNode levels = ((ObjectNode) trace.get("policies").get(i)).putObject("levels");
            List<Scores.Level> samples = results.get(i).best().levels();
            ArrayNode seconds = levels.putArray("seconds");
            samples.forEach(sample -> seconds.add(sample.seconds()));
            put(levels, "busy", samples, Scores.Level::busy);
            put(levels, "waiting", samples, Scores.Level::waiting);
            put(levels, "idle", samples, Scores.Level::idle);
            put(levels, "coming", samples, Scores.Level::coming);
            put(levels, "standby", samples, Scores.Level::standby);
        }
        traces.add(trace);
    }

    private static void put(
            ObjectNode levels, String name, List<Scores.Level> samples, ToIntFunction<Scores.Level> level) {
        ArrayNode values = levels.putArray(name);
        samples.forEach(sample -> values.add(level.applyAsInt(sample)));
    }

    /** The page. */
    public String html() {
        try (InputStream template = ReplayReport.class.getResourceAsStream(TEMPLATE)) {
            if (template == null) {
                throw new IllegalStateException("the report's template is not in the jar");
            }
            // A name in a trace must not be able to end the script that it stands in.
            String data = MAPPER.writeValueAsString(traces).replace("<", "\\u003c");
            return new String(template.readAllBytes(), StandardCharsets.UTF_8).replace(PLACE, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
