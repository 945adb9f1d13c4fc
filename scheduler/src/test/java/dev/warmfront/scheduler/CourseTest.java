package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CourseTest {

    private static final double SHARE = 0.05;

    /** Nothing is ever ready: every task waits. */
    private static final Candidate EMPTY = setting(false);

    /** Nobody ever waits. */
    private static final Candidate FULL = setting(true);

    private static Candidate setting(boolean ready) {
        LevelPrices prices = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 0, 0);
        List<Expectation> expectations =
                new ArrayList<>(List.of(new Expectation(Outlook.all(60).getFirst(), prices.launchLead(), 30)));
        Candidate setting = new Candidate(expectations, 0, 0, 0, -1, prices);
        for (int i = 0; i < 100; i++) {
            setting.waits().arrived(1_000 * i, !ready, 1);
        }
        return setting;
    }

    /** So many tasks of whom some waited, and so much spent on it. */
    private static Course course(int tasks, int waited, double paid) {
        Course course = new Course();
        course.follow(1, FULL);
        course.came(tasks - waited, FULL, 1);
        course.follow(2, FULL);
        Candidate late = setting(true);
        course.came(0, late, 1);
        for (int i = 0; i < waited; i++) {
            late.waits().arrived(1_000 * i, true, 1);
        }
        course.came(waited, late, 1);
        course.passed(late.paid() + paid, 1);
        return course;
    }

    @Test
    void whoLetsClearlyFewerWaitIsBetterWhateverThatCosts() {
        assertThat(course(100, 10, 500).beats(course(100, 20, 100), SHARE)).isTrue();
        assertThat(course(100, 20, 100).beats(course(100, 10, 500), SHARE)).isFalse();
        assertThat(course(100, 19, 500).beats(course(100, 20, 100), SHARE)).isFalse();
    }

    @Test
    void amongThoseThatKeepTheTargetTheCheaperIsBetter() {
        assertThat(course(100, 4, 80).beats(course(100, 0, 100), SHARE)).isTrue();
        assertThat(course(100, 0, 100).beats(course(100, 4, 80), SHARE)).isFalse();
        assertThat(course(100, 4, 95).beats(course(100, 0, 100), SHARE)).isFalse();
    }

    @Test
    void whatASettingLetWaitBeforeItWasFollowedIsNotOnTheRecord() {
        Course course = new Course();
        course.follow(1, EMPTY);
        assertThat(course.came(100, EMPTY, 1)).isZero();
    }

    @Test
    void whoJoinsAnotherKeepsWhatCameOfItsOwnWay() {
        Course misled = course(100, 20, 100);
        Course plain = course(100, 0, 1_000);
        misled.join(plain);
        assertThat(misled.chosen()).isEqualTo(plain.chosen());
        assertThat(misled.credit().limit(false)).isEqualTo(plain.credit().limit(false));
        assertThat(plain.beats(misled, SHARE)).isTrue();
    }
}
