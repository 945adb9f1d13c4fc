package dev.warmfront.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes environments warm, one after the other, and says so. An environment that failed is not tried again as long as it is
 * wanted unchanged: the report says why, and what becomes of the instance is the control plane's decision.
 */
final class WarmUps {

    /**
     * What became of one environment.
     *
     * @param failure null: it is warm
     */
    private record Result(
            Desired.EnvironmentSpec spec, @Nullable String failure) {}

    private final Home home;
    private final Launcher launcher;
    private final Outbox outbox;
    private final String instance;
    private final Runnable onChange;
    private final Map<String, Desired.EnvironmentSpec> wanted = new LinkedHashMap<>();
    private final Map<String, Result> results = new LinkedHashMap<>();
    private boolean known;
    private boolean reportDue = true;
    private Desired.@Nullable EnvironmentSpec current;
    private @Nullable Execution running;

    /**
     * @param onChange called after each warm-up, without a lock held
     */
    WarmUps(Home home, Launcher launcher, Outbox outbox, String instance, Runnable onChange) {
        this.home = home;
        this.launcher = launcher;
        this.outbox = outbox;
        this.instance = instance;
        this.onChange = onChange;
    }

    /** The complete list of what should be warm. */
    synchronized void want(List<Desired.EnvironmentSpec> environments) {
        wanted.clear();
        environments.forEach(environment -> wanted.put(environment.key(), environment));
        results.values().removeIf(result -> !result.spec()
                .equals(wanted.get(result.spec().key())));
        if (current != null && !current.equals(wanted.get(current.key())) && running != null) {
            running.stop(Report.End.CANCELLED, Execution.GRACE);
        }
        known = true;
        notifyAll();
    }

    /** A registration is followed by a report even when nothing is to be done. */
    synchronized void registered() {
        known = false;
        reportDue = true;
    }

    /** Whether all that is wanted is warm. */
    synchronized boolean ready() {
        return warm().containsAll(wanted.keySet());
    }

    synchronized List<String> warm() {
        List<String> warm = new ArrayList<>();
        for (Result result : results.values()) {
            if (result.failure() == null) {
                warm.add(result.spec().key());
            }
        }
        return warm;
    }

    /** Ends the warm-up that runs. */
    synchronized void stop(Duration grace) {
        if (running != null) {
            running.stop(Report.End.EVICTED, grace);
        }
    }

    /** Works until interrupted. */
    void run() throws InterruptedException {
        while (true) {
            Desired.EnvironmentSpec next = next();
            String failure = next.warmUp().isEmpty() ? null : warmUp(next);
            synchronized (this) {
                current = null;
                running = null;
                if (next.equals(wanted.get(next.key()))) {
                    results.put(next.key(), new Result(next, failure));
                    reportDue = true;
                }
            }
            StateLog.info("environment " + next.key() + (failure == null ? " is warm" : " is not warm: " + failure));
            onChange.run();
        }
    }

    private synchronized Desired.EnvironmentSpec next() throws InterruptedException {
        while (true) {
            for (Desired.EnvironmentSpec environment : wanted.values()) {
                if (!results.containsKey(environment.key())) {
                    current = environment;
                    return environment;
                }
            }
            if (known && reportDue) {
                reportDue = false;
                String failure = results.values().stream()
                        .filter(result -> result.failure() != null)
                        .map(result -> result.spec().key() + ": " + result.failure())
                        .findFirst()
                        .orElse(null);
                outbox.add(new Report.Warmed(warm(), failure));
            }
            wait();
        }
    }

    /** The reason why it failed, or null. */
    private @Nullable String warmUp(Desired.EnvironmentSpec environment) throws InterruptedException {
        String name = "environment-" + AttemptKey.encoded(environment.key());
        int slash = environment.key().indexOf('/');
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("WARMFRONT_INSTANCE", instance);
        identity.put("WARMFRONT_TENANT", slash < 0 ? "" : environment.key().substring(0, slash));
        identity.put("WARMFRONT_ENVIRONMENT", environment.key());
        Execution execution;
        try {
            Path folder = home.environment(environment.key());
            synchronized (this) {
                execution = launcher.start(new Launcher.Spec(
                        name,
                        environment.warmUp(),
                        environment.variables(),
                        identity,
                        Map.of(),
                        folder,
                        home.stdout(name),
                        home.stderr(name),
                        Desired.Limits.NONE,
                        environment.timeout()));
                running = execution;
                if (!environment.equals(wanted.get(environment.key()))) {
                    execution.stop(Report.End.CANCELLED, Execution.GRACE);
                }
            }
        } catch (Launcher.NotStartedException refused) {
            return refused.getMessage();
        } catch (IOException full) {
            return "The instance cannot make a folder for the environment.";
        }
        StateLog.info("environment " + environment.key() + " warms up as process " + execution.pid());
        Execution.Outcome outcome = execution.await();
        execution.close();
        return switch (outcome.end()) {
            case EXITED ->
                outcome.exitCode() == 0 ? null : "The warm-up ended with exit code " + outcome.exitCode() + ".";
            case TIMED_OUT -> "The warm-up ran longer than its timeout.";
            case OUT_OF_MEMORY -> "The warm-up ran out of memory.";
            case CANCELLED, EVICTED, NOT_STARTED -> "The warm-up was stopped.";
        };
    }
}
