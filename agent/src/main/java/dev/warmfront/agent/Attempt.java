package dev.warmfront.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One attempt on this instance, from the decision to start it to the acknowledgement of its end. */
final class Attempt {

    /** As a poll names it. */
    enum State {
        STARTING,
        RUNNING,
        ENDED
    }

    /** What attempts share. */
    record Context(
            Home home,
            Launcher launcher,
            Outbox outbox,
            Uplink uplink,
            String instance,
            TaskFiles files,
            RoundTrips roundTrips) {}

    private final Context context;
    private final Desired.Assignment assignment;
    private final List<LogUpload> logs;
    private State state = State.STARTING;
    private @Nullable Execution execution;
    private final List<DataCache.Key> reading = new ArrayList<>();
    private Report.@Nullable End stopped;
    private Desired.Limits limits;

    Attempt(Context context, Desired.Assignment assignment) {
        this.context = context;
        this.assignment = assignment;
        this.limits = assignment.limits();
        AttemptKey key = assignment.key();
        this.logs = List.of(
                new LogUpload(context.uplink(), key, "stdout", context.home().stdout(key.fileName())),
                new LogUpload(context.uplink(), key, "stderr", context.home().stderr(key.fileName())));
    }

    AttemptKey key() {
        return assignment.key();
    }

    synchronized State state() {
        return state;
    }

    /** What it may use is something else now; without effect where it has ended. */
    synchronized void adjust(Desired.Limits wanted) {
        if (!wanted.equals(limits) && state != State.ENDED) {
            limits = wanted;
            if (execution != null) {
                execution.adjust(wanted);
            }
        }
    }

    private synchronized Desired.Limits limits() {
        return limits;
    }

    /** Ends it, started or not; without effect where it has ended. */
    synchronized void stop(Report.End why, Duration grace) {
        if (stopped == null && state != State.ENDED) {
            stopped = why;
            StateLog.info("attempt " + key() + " is stopped: " + why);
            if (execution != null) {
                execution.stop(why, grace);
            }
        }
    }

    /** Starts it, waits for its end and hands both to the outbox. */
    void run() throws InterruptedException {
        Report.Finished finished;
        try {
            finished = started(launch());
        } catch (Launcher.NotStartedException refused) {
            finished = unused(Report.End.NOT_STARTED, String.valueOf(refused.getMessage()));
        } catch (StoppedException beforeItBegan) {
            finished = unused(beforeItBegan.why, beforeItBegan.detail);
        }
        context.files().release(reading);
        finish(finished);
        Execution ended = execution();
        if (ended != null) {
            ended.close();
        }
    }

    private Report.Finished unused(Report.End end, String detail) {
        return new Report.Finished(key(), Instant.now(), end, null, detail, Usage.NONE);
    }

    private Execution launch() throws Launcher.NotStartedException, StoppedException, InterruptedException {
        Path folder;
        try {
            folder = context.home().beginAttempt(key());
        } catch (IOException full) {
            throw new Launcher.NotStartedException("The instance cannot make a working folder for the attempt.");
        }
        if (folder == null) {
            throw new StoppedException(
                    Report.End.EVICTED, "The agent was started anew while the attempt ran; it was not run again.");
        }
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("WARMFRONT_INSTANCE", context.instance());
        identity.put("WARMFRONT_TENANT", key().tenant());
        identity.put("WARMFRONT_TASK", key().task());
        identity.put("WARMFRONT_ATTEMPT", Long.toString(key().number()));
        Map<String, String> variables = new LinkedHashMap<>(assignment.variables());
        if (assignment.gpus() != null) {
            variables.putAll(Gpus.variables(assignment.gpus()));
        }
        Map<String, String> places = places();
        String name = key().fileName();
        Launcher.Spec spec = new Launcher.Spec(
                name,
                assignment.argv(),
                variables,
                identity,
                places,
                folder,
                context.home().stdout(name),
                context.home().stderr(name),
                limits(),
                assignment.timeout());
        synchronized (this) {
            // Under the lock, so that a stop comes either before the process or finds it.
            if (stopped != null) {
                throw new StoppedException(stopped, "Stopped before it began.");
            }
            Execution begun = context.launcher().start(spec);
            execution = begun;
            // They may have changed while its files were brought.
            begun.adjust(limits);
            state = State.RUNNING;
            return begun;
        }
    }

    /** Where its files lie and its services are, as variables; brings what is not here yet. */
    private Map<String, String> places() throws Launcher.NotStartedException, StoppedException, InterruptedException {
        Map<String, String> places = new LinkedHashMap<>();
        try {
            context.files()
                    .bring(key().tenant(), assignment.inputs(), reading, this::isStopped)
                    .forEach((name, path) -> places.put(variable("WARMFRONT_DATASET_", name), path.toString()));
        } catch (TaskFiles.MissingException why) {
            throw new Launcher.NotStartedException(String.valueOf(why.getMessage()));
        } catch (Fetcher.UnwantedException inVain) {
            Report.End why = stopped();
            throw new StoppedException(why == null ? Report.End.CANCELLED : why, "Stopped before it began.");
        }
        for (Desired.Service service : assignment.services()) {
            String nearest = context.roundTrips().nearest(service.endpoints());
            places.put(variable("WARMFRONT_SERVICE_", service.name()), nearest);
        }
        return places;
    }

    private static String variable(String prefix, String name) {
        return prefix + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private synchronized Report.@Nullable End stopped() {
        return stopped;
    }

    private boolean isStopped() {
        return stopped() != null;
    }

    private Report.Finished started(Execution begun) throws InterruptedException {
        Instant startedAt = Instant.now();
        context.outbox().add(new Report.Started(key(), startedAt, begun.pid()));
        StateLog.info("attempt " + key() + " runs as process " + begun.pid());
        Execution.Outcome outcome = begun.await();
        Instant endedAt = Instant.now();
        Integer exitCode = outcome.end() == Report.End.EXITED ? (Integer) outcome.exitCode() : null;
        String detail =
                switch (outcome.end()) {
                    case TIMED_OUT -> "The attempt ran longer than its timeout of " + seconds() + " s.";
                    case OUT_OF_MEMORY ->
                        "The attempt needed more than its memory limit of "
                                + assignment.limits().memoryBytes() + " bytes.";
                    case EVICTED -> "The agent was told to end.";
                    case CANCELLED, EXITED, NOT_STARTED -> "";
                };
        Map<String, TaskFiles.Left> left = Map.of();
        if (Integer.valueOf(0).equals(exitCode) && !assignment.outputs().isEmpty()) {
            try {
                Path folder = context.home().workOf(key());
                left = context.files().keep(key().tenant(), folder, assignment.outputs());
            } catch (TaskFiles.MissingException why) {
                detail = String.valueOf(why.getMessage());
            }
        }
        return new Report.Finished(key(), endedAt, outcome.end(), exitCode, detail, outcome.usage(), left);
    }

    private String seconds() {
        return Double.toString(assignment.timeout().toMillis() / 1e3);
    }

    private void finish(Report.Finished finished) throws InterruptedException {
        synchronized (this) {
            state = State.ENDED;
        }
        String code = finished.exitCode() == null ? "" : " " + finished.exitCode();
        StateLog.info("attempt " + key() + " ended: " + finished.end() + code);
        for (LogUpload log : logs) {
            log.finish();
        }
        context.outbox().add(finished);
    }

    /** A sample where it runs long enough for one. */
    void sample(List<ProcFs.Stat> snapshot) {
        Execution running = state() == State.RUNNING ? execution() : null;
        Report.Sample sample = running == null ? null : running.meter().sample(snapshot);
        if (sample != null) {
            context.outbox().add(new Report.Samples(key(), List.of(sample)));
        }
    }

    /** Uploads what its streams have grown. */
    void shipLogs() {
        if (state() == State.RUNNING) {
            logs.forEach(LogUpload::ship);
        }
    }

    private synchronized @Nullable Execution execution() {
        return execution;
    }

    /** It ended before it had a process. */
    private static final class StoppedException extends Exception {

        private static final long serialVersionUID = 1L;
        final Report.End why;
        final String detail;

        StoppedException(Report.End why, String detail) {
            super(detail);
            this.why = why;
            this.detail = detail;
        }
    }
}
