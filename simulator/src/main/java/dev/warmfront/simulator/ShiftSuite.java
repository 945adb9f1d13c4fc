package dev.warmfront.simulator;

import dev.warmfront.cost.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What becomes of policies when the world is no longer what they learned on: every knob stays what it was without the shift
 * (policy.md §8).
 */
public final class ShiftSuite {

    /**
     * One shift of one trace.
     *
     * @param bound the clairvoyant's, of the shifted work
     * @param reacting OPT-react's, of the shifted work; like the bound's, its machines are not lost
     */
    public record Result(Shift shift, Bound bound, Bound reacting, List<Entry> entries) {
        public Result {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One policy under the shift.
     *
     * @param knobIs what the knob is
     * @param rhoReact overhead against OPT-react's
     * @param slots minutes from the shift until an hour begins in which the target is met; empty when there is none
     */
    public record Entry(String name, String knobIs, Scores scores, double rhoReact, OptionalLong slots) {}

    private ShiftSuite() {}

    /**
     * Scores policies under shifts.
     *
     * @param unshifted what they made of the trace without a shift, which fixes their knobs; companions are left out
     */
    public static List<Result> run(
            Trace trace,
            ReplayOptions options,
            List<Shift> shifts,
            List<? extends Contestant> contestants,
            List<Replay.PolicyResult> unshifted,
            Replay.Listener listener) {
        List<Result> results = new ArrayList<>();
        int done = 0;
        for (Shift shift : shifts) {
            Replay replay = new Replay(trace, options, shift);
            Bound reacting = replay.optimumThatReacts();
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < contestants.size(); i++) {
                if (!(contestants.get(i) instanceof PolicyFamily family)) {
                    continue;
                }
                listener.at(done++, shifts.size() * contestants.size(), shift.label() + " " + family.name());
                String knob = unshifted.get(i).best().knob();
                PolicyFamily.Candidate candidate = family.at(knob.isEmpty() ? 0 : Double.parseDouble(knob), options);
                Recovery recovery = new Recovery(replay.onsetMicros());
                Scores scores = replay.simulate(candidate, knob, List.of(recovery));
                entries.add(new Entry(
                        family.name(),
                        family.knob(),
                        scores,
                        scores.overheadUsd().doubleValue()
                                / reacting.overhead().toDollars().doubleValue(),
                        recovery.slots(options.waitingShare())));
            }
            results.add(new Result(shift, replay.bound(), reacting, entries));
        }
        return results;
    }
}
