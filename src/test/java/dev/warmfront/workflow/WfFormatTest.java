package dev.warmfront.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.task.TaskRequest.ResourcesRequest;
import dev.warmfront.task.TaskService.WorkflowTask;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WfFormatTest {

    @Test
    void theTaskTypeIsTheProgram() {
        assertThat(imported("blastall").task().taskType()).isEqualTo("blastall");
    }

    @Test
    void aScriptInPlaceOfTheProgramLeavesTheNameAsTaskType() {
        assertThat(imported("check.py \\\n  in.csv\n").task().taskType()).isEqualTo("STEP");
        assertThat(imported("x".repeat(101)).task().taskType()).isEqualTo("STEP");
        assertThat(imported(" ").task().taskType()).isEqualTo("STEP");
        assertThat(imported(null).task().taskType()).isEqualTo("STEP");
    }

    @Test
    void eachTaskBurnsItsRecordedTimeOverTheSpeedAndHoldsItsRecordedMemory() {
        assertThat(imported("blastall").task().command()).containsExactly("warmfront-burn", "2.500", "4096");
    }

    @Test
    void theInputIsWhatTheFilesReadHaveTogether() {
        var traits = imported("blastall").task().traits();
        assertThat(traits).isNotNull();
        assertThat(traits.inputBytes()).isEqualTo(1_024);
        assertThat(traits.code()).isEqualTo("blastall");
    }

    private static WorkflowTask imported(@Nullable String program) {
        WfFormat.Specification specification = new WfFormat.Specification(
                List.of(new WfFormat.SpecifiedTask("STEP_1", "STEP", List.of(), List.of("a", "b", "unknown"))),
                List.of(new WfFormat.RecordedFile("a", 1_000.0), new WfFormat.RecordedFile("b", 24.0)));
        WfFormat.Execution execution = new WfFormat.Execution(
                List.of(new WfFormat.ExecutedTask("STEP_1", 10.0, new WfFormat.Command(program), 4096.0)));
        return new WfFormat("run", "1.5", new WfFormat.Workflow(specification, execution))
                .tasks(4, new ResourcesRequest(1000L, 1L << 20, null))
                .getFirst();
    }
}
