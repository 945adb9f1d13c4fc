package dev.warmfront.scheduler;

/**
 * Which of a pool's settings to follow, by what is paid for each and how many it lets wait, as one figure: the less, the better. Settings
 * that are learned have a gate (policy.md §6): those that are worse than the best of the rest by more than a little are not followed.
 */
final class Choice {

    /** A setting must be better by so much before it is followed: what it costs to move is not in its own account. */
    private static final double SWITCH_GAIN = 0.1;

    /** What is learned by trying is left where it is worse by more than this than the best of the rest. */
    private static final double GATE = 1.02;

    private Choice() {}

    /**
     * The number of the setting to follow.
     *
     * @param worse how bad each is, ≥ 0; ties go to what is followed already
     * @param learned the number of the first that is learned; all that follow are, too
     * @param followed the number of that which is followed
     * @param mustMove whether what is followed may be left for any better one
     */
    static int of(double[] worse, int learned, int followed, boolean mustMove) {
        int best = best(worse, worse.length, followed);
        boolean beaten = followed >= learned && worse[followed] > GATE * worse[best(worse, learned, 0)];
        return mustMove || beaten || worse[best] < worse[followed] * (1 - SWITCH_GAIN) ? best : followed;
    }

    /** The least of the first so many, {@code first} where it is as good. */
    static int best(double[] worse, int many, int first) {
        int best = first;
        for (int i = 0; i < many; i++) {
            best = worse[i] < worse[best] ? i : best;
        }
        return best;
    }
}
