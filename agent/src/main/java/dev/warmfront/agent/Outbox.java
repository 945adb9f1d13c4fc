package dev.warmfront.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reports that are not yet acknowledged, in order. What an attempt did is never dropped; samples are bounded and the
 * oldest go first, so that a control plane that is away for days costs a fixed amount of memory.
 */
final class Outbox {

    /** About 2 MB; eight attempts for 40 minutes. */
    static final int MAX_SAMPLES = 20_000;

    private static final int MAX_BATCH = 1_000;

    private final Deque<Report> waiting = new ArrayDeque<>();
    private List<Report> sent = List.of();
    private int samples;

    synchronized void add(Report report) {
        if (report instanceof Report.Samples && ++samples > MAX_SAMPLES) {
            dropOldestSample();
        }
        waiting.addLast(report);
        notifyAll();
    }

    private void dropOldestSample() {
        for (Iterator<Report> each = waiting.iterator(); each.hasNext(); ) {
            if (each.next() instanceof Report.Samples) {
                each.remove();
                samples--;
                return;
            }
        }
    }

    /** The oldest reports; waits until there is one. They stay until {@link #acknowledge}; one taker at a time. */
    synchronized List<Report> take() throws InterruptedException {
        while (waiting.isEmpty() && sent.isEmpty()) {
            wait();
        }
        List<Report> batch = new ArrayList<>(sent);
        while (batch.size() < MAX_BATCH && !waiting.isEmpty()) {
            Report report = waiting.removeFirst();
            if (report instanceof Report.Samples) {
                samples--;
            }
            batch.add(report);
        }
        sent = batch;
        return List.copyOf(batch);
    }

    /** What {@link #take} gave last is durable on the other side. */
    synchronized void acknowledge() {
        sent = List.of();
    }

    /** The control plane will not have these samples: they must not stand in the way of what matters. */
    synchronized void dropSentSamples() {
        sent = sent.stream()
                .filter(report -> !(report instanceof Report.Samples))
                .toList();
    }

    /** The body of the call; the samples of one attempt are put together where its first ones stand. */
    static Json toJson(List<Report> batch) {
        Map<Object, Report> merged = new LinkedHashMap<>();
        for (Report report : batch) {
            if (report instanceof Report.Samples(var key, var more)
                    && merged.get(key) instanceof Report.Samples(var same, var first)) {
                List<Report.Sample> all = new ArrayList<>(first);
                all.addAll(more);
                merged.put(same, new Report.Samples(same, all));
            } else {
                // Of what is not samples, each entry is its own key.
                merged.put(report instanceof Report.Samples(var key, var own) ? key : new Object(), report);
            }
        }
        return new Json.Obj(Map.of(
                "reports",
                new Json.Arr(merged.values().stream().map(Report::toJson).toList())));
    }
}
