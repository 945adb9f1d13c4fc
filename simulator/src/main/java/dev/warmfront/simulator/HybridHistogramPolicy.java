package dev.warmfront.simulator;

import dev.warmfront.domain.TaskSpec;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The hybrid histogram policy of Serverless in the Wild (ATC'20) for a pool of machines that any application may use. An
 * application wants as many machines as it used at once in its last busy period: while it is busy, and within the window
 * that its {@link IdleHistogram} gives after it fell idle. The paper keeps one image per application; the peak is what
 * becomes of that where one machine runs one task. A machine is asked for at the pre-warm time, not earlier: the
 * policy knows nothing of how long a launch takes.
 */
final class HybridHistogramPolicy implements PoolPolicy, DemandObserver {

    static final String NAME = "hybrid-histogram";
    private static final double MICROS = 1e6;

    private static final class App {
        private final IdleHistogram histogram;
        private int active;
        private int peak;
        private int wanted;
        private long idleSince = -1;
        private int version;

        App(int minutes) {
            histogram = new IdleHistogram(minutes);
        }
    }

    /** At this time the application wants so many, unless it was busy since. */
    private record Due(long at, long order, App app, int version, int wanted) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final int minutes;
    private final Map<String, App> apps = new HashMap<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private long orders;
    private int wanted;

    /** @param minutes range of the histograms; the paper's is 240 */
    HybridHistogramPolicy(int minutes) {
        this.minutes = minutes;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void eligible(TaskSpec task, Instant at) {
        long atMicros = DemandPolicy.micros(at);
        pass(atMicros);
        App app = apps.computeIfAbsent(DemandObserver.app(task), key -> new App(minutes));
        if (app.active == 0) {
            if (app.idleSince >= 0) {
                app.histogram.add((atMicros - app.idleSince) / MICROS);
            }
            app.version++;
            app.peak = 0;
        }
        app.active++;
        app.peak = Math.max(app.peak, app.active);
        want(app, app.peak);
    }

    @Override
    public void began(TaskSpec task, Instant at) {
        // It wants a machine from when it is eligible.
    }

    @Override
    public void ended(TaskSpec task, Instant at) {
        long atMicros = DemandPolicy.micros(at);
        pass(atMicros);
        App app = apps.get(DemandObserver.app(task));
        if (app == null || app.active == 0 || --app.active > 0) {
            return;
        }
        app.idleSince = atMicros;
        IdleHistogram.Window window = app.histogram.window();
        long open = atMicros + Math.round(window.preWarmSeconds() * MICROS);
        if (open > atMicros) {
            want(app, 0);
            due.add(new Due(open, orders++, app, app.version, app.peak));
        }
        due.add(new Due(open + Math.round(window.keepSeconds() * MICROS), orders++, app, app.version, 0));
    }

    private void pass(long nowMicros) {
        for (Due next = due.peek(); next != null && next.at() <= nowMicros; next = due.peek()) {
            due.remove();
            if (next.app().version == next.version() && next.app().active == 0) {
                want(next.app(), next.wanted());
            }
        }
    }

    private void want(App app, int count) {
        wanted += count - app.wanted;
        app.wanted = count;
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        pass(DemandPolicy.micros(now));
        return Steps.toLevel(pool, wanted);
    }
}
