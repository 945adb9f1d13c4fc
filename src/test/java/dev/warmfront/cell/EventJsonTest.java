package dev.warmfront.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Follows;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a log of events has is read back as it was: else a replay of it would decide something else. */
class EventJsonTest {

    @Test
    void whatWasLearnedToFollowIsReadBackAsItWas() {
        Event event = new Event.SuccessorsLearned(
                new TenantId("ann"),
                new TreeMap<>(Map.of(
                        "split",
                        List.of(new Follows("work", 0.91, 40, 0, 0.1), new Follows("log", 0.33, 0.33, 2.5, 12)))));

        assertThat(CellJson.read(Event.class, CellJson.write(event))).isEqualTo(event);
    }
}
