package dev.warmfront.cli;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.simulator.Rehearsal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One live run beside what the simulator says of it, step by step from what was predicted to what was measured.
 *
 * @param said what the simulator says with more and more as it was live, the prediction first
 * @param given live, of waits until a machine was given
 * @param live as measured, of waits until tasks began
 */
record LiveExplanation(
        LiveRecord.Run run,
        double launchMedian,
        double launchNinth,
        List<Rehearsal.Said> said,
        Rehearsal.Said given,
        Rehearsal.Said live) {

    static LiveExplanation of(LiveRecord record, LiveRecord.Run run) {
        Rehearsal.Measured measured = measured(record, run);
        double late = measured.late().toNanos() / 1e9;
        double[] seconds = new double[measured.launched().size()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = (measured.accepted().get(i).micros()
                            + measured.launched().get(i).micros())
                    / 1e6;
        }
        Percentiles launches = new Percentiles(seconds);
        return new LiveExplanation(
                run,
                launches.at(0.5),
                launches.at(0.9),
                Rehearsal.of(measured),
                new Rehearsal.Said(
                        "live, a wait ending when a machine was given",
                        share(run, task -> task.assigned() - task.eligible(), late),
                        Rehearsal.Figure.of(run.spendPerBusy())),
                new Rehearsal.Said(
                        "live, a wait ending when the task began",
                        share(run, LiveRecord.Done::waited, late),
                        Rehearsal.Figure.of(run.spendPerBusy())));
    }

    private static Rehearsal.Figure share(
            LiveRecord.Run run, java.util.function.ToDoubleFunction<LiveRecord.Done> wait, double late) {
        return Rehearsal.Figure.of(run.tasks().stream()
                        .filter(task -> wait.applyAsDouble(task) > late)
                        .count()
                / (double) run.tasks().size());
    }

    private static Rehearsal.Measured measured(LiveRecord record, LiveRecord.Run run) {
        List<Rehearsal.Took> accepted = new ArrayList<>();
        List<Rehearsal.Took> ready = new ArrayList<>();
        List<Rehearsal.Took> ended = new ArrayList<>();
        for (LiveRecord.Life life : run.machines()) {
            Double taken = life.accepted();
            Double hot = life.ready();
            Double ending = life.ending();
            Double end = life.ended();
            if (taken != null && hot != null) {
                accepted.add(took(life.requested(), taken));
                ready.add(took(taken, hot));
            }
            if (ending != null && end != null) {
                ended.add(took(ending, end));
            }
        }
        if (ready.isEmpty()) {
            throw CliException.failed("of " + run.policy() + " no launch was recorded");
        }
        return new Rehearsal.Measured(
                run.policy(),
                run.policy().equals("fixed-keep-alive") ? record.keepAlive() / record.speed() / 60 : 1,
                record.plan().stream()
                        .map(task -> new Rehearsal.Work(task.type(), micros(task.at()), micros(task.runtime())))
                        .toList(),
                run.tasks().stream()
                        .map(task -> new Rehearsal.Work(
                                task.type(), micros(task.eligible()), micros(task.finished() - task.assigned())))
                        .sorted(Comparator.comparingLong(Rehearsal.Work::atMicros))
                        .toList(),
                accepted,
                ready,
                ended,
                run.leads().stream()
                        .map(lead -> new Rehearsal.Planned(
                                micros(lead.from()),
                                new LeadTimes(duration(lead.launch()), duration(lead.resume()), duration(lead.stop()))))
                        .toList(),
                record.machines(),
                LocalFleet.STANDBY_PRICE_FRACTION);
    }

    private static Rehearsal.Took took(double from, double until) {
        return new Rehearsal.Took(micros(from), micros(until - from));
    }

    private static long micros(double seconds) {
        return Math.round(seconds * 1e6);
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    /** The last that the simulator says: all as it was live. */
    Rehearsal.Said last() {
        return said.getLast();
    }

    Percentiles waits() {
        return new Percentiles(
                run.tasks().stream().mapToDouble(LiveRecord.Done::waited).toArray());
    }
}
