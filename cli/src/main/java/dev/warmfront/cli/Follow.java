package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.Set;

/** Watches one task and shows what it writes. */
final class Follow {

    private static final Set<String> FINAL = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LOOK_AGAIN_MILLIS = 150;

    private final Context context;
    private final Api api;

    Follow(Context context, Api api) {
        this.context = context;
        this.api = api;
    }

    /** Waits until the task is final; gives its last view. Looks often at first: most tasks that are followed are short. */
    static JsonNode untilFinal(Api api, String id) throws InterruptedException {
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(LOOK_AGAIN_MILLIS, pause * 2)) {
            JsonNode task = api.get("/v1/tasks/" + Api.segment(id));
            if (FINAL.contains(Json.text(task, "state"))) {
                return task;
            }
            Thread.sleep(pause);
        }
    }

    /** Shows the task's output while it runs, then how it ended; gives this command's exit code. */
    int untilEnd(String id) throws InterruptedException {
        int outputShown = 0;
        int errorsShown = 0;
        int attempt = 0;
        while (true) {
            JsonNode task = api.get("/v1/tasks/" + Api.segment(id));
            if (task.path("attempt").asInt() != attempt) {
                // A further attempt writes from the start again.
                attempt = task.path("attempt").asInt();
                outputShown = 0;
                errorsShown = 0;
            }
            if (!context.json() && !Json.text(task, "startedAt").isEmpty()) {
                outputShown = show(id, "stdout", attempt, outputShown, context.out());
                errorsShown = show(id, "stderr", attempt, errorsShown, context.err());
            }
            if (FINAL.contains(Json.text(task, "state"))) {
                return ended(task);
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private int show(String id, String stream, int attempt, int shown, PrintStream to) throws InterruptedException {
        String text = api.text("/v1/tasks/" + Api.segment(id) + "/logs?stream=" + stream + "&attempt=" + attempt);
        if (text.length() <= shown) {
            return shown;
        }
        to.print(text.substring(shown));
        to.flush();
        return text.length();
    }

    private int ended(JsonNode task) {
        boolean succeeded = Json.text(task, "state").equals("SUCCEEDED");
        if (context.json()) {
            context.out().println(task);
        } else {
            String detail = Json.text(task, "detail");
            String code = Json.text(task, "exitCode");
            context.err()
                    .println("warmfront: " + Json.text(task, "id") + " " + Json.text(task, "state")
                            + (code.isEmpty() ? "" : ", exit code " + code)
                            + (detail.isEmpty() ? "" : ", " + detail)
                            + "; waited " + Text.seconds(task, "waitSeconds") + " s, start "
                            + Json.text(task, "startKind"));
        }
        return succeeded ? Main.DONE : Main.FAILED;
    }
}
