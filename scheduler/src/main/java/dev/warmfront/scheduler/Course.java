package dev.warmfront.scheduler;

/**
 * Which settings one way of choosing has followed, one after the other, and what came of it: not what is on the account of a setting that was
 * chosen for its account, but what each did while it was followed. Two ways of choosing are compared by that, for who may
 * choose among more is flattered by more of them.
 *
 * <p>Sums are weighted as those of {@link ShadowPool} are.
 */
final class Course {

    /** One must be better by so much before it is taken for the other. */
    private static final double GAIN = 0.1;

    private Credit credit;
    private int chosen;

    /** Of what is followed: how many had waited, ever, when that was last asked. */
    private long late;

    private double tasks;
    private double waits;
    private double paid;

    /** It begins with the first setting. */
    Course() {
        credit = new Credit();
    }

    /** One that parts from another here, goes on with a setting of some number, and has the same behind it. */
    Course(Course other, int choice, Candidate setting) {
        credit = new Credit(other.credit);
        chosen = other.chosen;
        late = other.late;
        tasks = other.tasks;
        waits = other.waits;
        paid = other.paid;
        follow(choice, setting);
    }

    /** The number of the setting that it has come to. */
    int chosen() {
        return chosen;
    }

    Credit credit() {
        return credit;
    }

    /**
     * Time has passed.
     *
     * @param account of the setting that it has come to
     * @param time weighted, in seconds
     */
    void passed(double account, double time) {
        double before = credit.spent();
        credit.passed(account, time);
        paid += credit.spent() - before;
    }

    /** Goes on from where another is, with what that may spend; what came of it until here stays its own. */
    void join(Course other) {
        credit = new Credit(other.credit);
        chosen = other.chosen;
        late = other.late;
    }

    /** The record begins. */
    void begin() {
        credit.begin();
        tasks = 0;
        waits = 0;
        paid = 0;
    }

    /** Goes on with a setting of some number. */
    void follow(int choice, Candidate setting) {
        if (choice != chosen) {
            chosen = choice;
            credit.follows(setting.paid());
            late = setting.waits().late();
        }
    }

    /** Settings were put in before the one with some number; all from there on have a number that is higher. */
    void shift(int from, int by) {
        chosen += chosen >= from ? by : 0;
    }

    /**
     * So many tasks came since the last call.
     *
     * @param followed the setting that it has come to
     * @param unit the weight of the present
     * @return how many of them waited under that
     */
    long came(int arrivals, Candidate followed, double unit) {
        long more = followed.waits().late() - late;
        late += more;
        tasks += arrivals * unit;
        waits += more * unit;
        return more;
    }

    /**
     * Whether it is clearly better than another: fewer waited, where more than may did under the other; or it was cheaper, and no more
     * waited than may or than under the other.
     *
     * @param share of the tasks that may wait
     */
    boolean beats(Course other, double share) {
        double mine = Math.max(share, waiting());
        double others = Math.max(share, other.waiting());
        return mine < (1 - GAIN) * others || (mine <= others && paid < (1 - GAIN) * other.paid);
    }

    private double waiting() {
        return tasks > 0 ? waits / tasks : 0;
    }

    /** Multiplies all sums: weights are relative. */
    void rescale(double by) {
        credit.rescale(by);
        tasks *= by;
        waits *= by;
        paid *= by;
    }
}
