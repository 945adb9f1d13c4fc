package dev.warmfront.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs on each instance: registers, asks what it should have, starts and stops commands until it has that, and reports what
 * they did and used. The contract is docs/agent-protocol.md; this class is its calls and loops.
 *
 * <p>Exit codes: 0 the instance has no future (410), 1 the control plane does not know us (401), 2 bad configuration.
 */
public final class Agent {

    private static final int BAD_CONFIGURATION = 2;

    private static final String HELP = """
            usage: java -jar warmfront-agent.jar [--config FILE]

            Runs tasks on this machine for a Warmfront control plane. Configured by environment variables, or by the
            same keys in a properties file:
              WARMFRONT_URL                 the control plane, for example http://127.0.0.1:8080
              WARMFRONT_INSTANCE            the id of this instance
              WARMFRONT_REGISTRATION_TOKEN  secret, good for one registration
              WARMFRONT_HOME                folder for logs, caches and the instance token
              WARMFRONT_CACHE_BYTES         how much its cache of tasks' files may hold
              WARMFRONT_CLOUD               ec2 or gce: whose metadata service announces that this machine is taken back
              WARMFRONT_METADATA_URL        where that is, if not in its usual place
            """;

    /** Of the disk's free space, for files of tasks, where nobody says how much. */
    private static final long DISK_SHARE = 10;

    private static final long MOST_CACHE_BYTES = 20L << 30;

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    /** A held poll is answered by the control plane; this much later its connection counts as dead. */
    private static final Duration POLL_SLACK = Duration.ofSeconds(10);

    private static final Duration LOG_PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOCK_PAUSE = Duration.ofMillis(200);

    /** The shortest notice that a cloud gives is half a minute. */
    private static final Duration NOTICE_PAUSE = Duration.ofSeconds(2);

    /** At SIGTERM: what commands have between TERM and KILL, and what the control plane has to take their ends. */
    private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(1);

    private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(2);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(4);

    private final AgentConfig config;
    private final Home home;
    private final FileChannel lock;
    private final ControlPlane controlPlane;
    private final @Nullable Cgroups cgroups;
    private final Launcher launcher;
    private final DataCache cache;
    private final Outbox outbox = new Outbox();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private volatile @Nullable Reconciler reconciler;
    private volatile boolean shuttingDown;

    private Agent(AgentConfig config, Home home, FileChannel lock, DataCache cache, @Nullable Cgroups cgroups) {
        this.config = config;
        this.home = home;
        this.lock = lock;
        this.controlPlane = new ControlPlane(config.url());
        this.cache = cache;
        this.cgroups = cgroups;
        this.launcher = new Launcher(home, cgroups);
    }

    /**
     * Starts the agent and ends the virtual machine with its exit code.
     *
     * @param arguments {@code --help} or {@code --config FILE}
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        try {
            AgentConfig config = AgentConfig.load(System.getenv(), configFile(arguments));
            Agent agent = open(config);
            Runtime.getRuntime().addShutdownHook(new Thread(agent::shutdownQuietly, "shutdown"));
            System.exit(agent.run());
        } catch (AgentConfig.BadConfigException bad) {
            System.err.println("warmfront-agent: " + bad.getMessage());
            System.exit(BAD_CONFIGURATION);
        }
    }

    private static @Nullable Path configFile(String[] arguments) throws AgentConfig.BadConfigException {
        if (arguments.length == 0) {
            return null;
        }
        if (arguments.length == 2 && arguments[0].equals("--config")) {
            return Path.of(arguments[1]);
        }
        throw new AgentConfig.BadConfigException("unknown arguments; see --help");
    }

    /** Prepares the home folder and finds out what this machine permits. */
    static Agent open(AgentConfig config) throws AgentConfig.BadConfigException, InterruptedException {
        try {
            Home home = Home.open(config.home());
            FileChannel channel =
                    FileChannel.open(home.run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new AgentConfig.BadConfigException("another agent runs with WARMFRONT_HOME " + config.home());
            }
            String branch = "warmfront-" + AttemptKey.encoded(config.instance()) + "-"
                    + Integer.toHexString(config.home().hashCode());
            DataCache cache = DataCache.open(home.cache(), cacheBytes(config));
            return new Agent(config, home, channel, cache, Cgroups.detect(branch));
        } catch (IOException unusable) {
            throw new AgentConfig.BadConfigException(
                    "WARMFRONT_HOME cannot be used: " + config.home() + ": " + unusable.getMessage());
        }
    }

    private static long cacheBytes(AgentConfig config) throws IOException {
        Long given = config.cacheBytes();
        return given != null
                ? given
                : Math.min(MOST_CACHE_BYTES, Files.getFileStore(config.home()).getUsableSpace() / DISK_SHARE);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    /** Works until the instance has no future or {@link #shutdown} is called; gives the exit code. */
    int run() throws InterruptedException {
        Session session = register();
        if (session != null) {
            launcher.killLeftovers();
            Uplink uplink = new Uplink(controlPlane, session);
            TaskFiles files = new TaskFiles(cache, new Fetcher(uplink));
            RoundTrips roundTrips = new RoundTrips();
            Reconciler live = new Reconciler(
                    new Attempt.Context(home, launcher, outbox, uplink, config.instance(), files, roundTrips));
            reconciler = live;
            loop("poll", () -> poll(live, uplink));
            loop("report", () -> report(live, uplink));
            loop("sample", () -> sample(live, uplink));
            loop("logs", () -> shipLogs(live));
            loop("clock", this::watchClock);
            if (config.notices() != null) {
                CloudNotices notices = new CloudNotices(config.notices());
                loop("notices", () -> watchNotices(notices));
            }
            loop("warm-up", () -> live.warmUps().run());
            loop("fetch", files::run);
            loop("distances", roundTrips::run);
        }
        int code = exit.join();
        if (session != null && !shuttingDown) {
            kill(Duration.ZERO, Duration.ZERO);
        }
        close();
        return code;
    }

    /**
     * Takes no more work, ends what runs, and gives the control plane two seconds to take note. The processes are ended
     * before their end is reported, so that no next attempt can run beside them.
     */
    void shutdown() throws InterruptedException {
        if (!exit.isDone()) {
            StateLog.info("told to end");
            shuttingDown = true;
            kill(SHUTDOWN_GRACE, SHUTDOWN_PATIENCE);
            exit.complete(0);
        }
    }

    private void shutdownQuietly() {
        try {
            shutdown();
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends all commands; waits until that is done, and until it is acknowledged as long as {@code patience} lasts. */
    private void kill(Duration grace, Duration patience) throws InterruptedException {
        Reconciler live = reconciler;
        if (live != null) {
            live.stop(grace);
            long began = System.nanoTime();
            boolean waiting = true;
            while (waiting) {
                long waited = System.nanoTime() - began;
                boolean done = live.idle() && (live.attempts().isEmpty() || waited > patience.toNanos());
                waiting = !done && waited < KILL_PATIENCE.toNanos();
                if (waiting) {
                    Thread.sleep(5);
                }
            }
        }
        if (cgroups != null) {
            cgroups.close();
        }
    }

    private void close() {
        try {
            lock.close();
        } catch (IOException gone) {
            StateLog.warn("cannot release the lock: " + gone.getMessage());
        }
    }

    /** What a loop does; it ends only by an exit or a bug. */
    private interface Loop {
        void run() throws InterruptedException;
    }

    private void loop(String name, Loop loop) {
        Thread.ofVirtual().name(name).start(() -> {
            try {
                loop.run();
            } catch (InterruptedException never) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException bug) {
                // Half an agent is worse than none: whoever started it sees it end.
                StateLog.warn("the " + name + " loop failed: " + bug);
                exit.complete(70);
            }
        });
    }

    /** Repeats until there is a session; null (and {@link #exit} is decided) where there will be none. */
    private @Nullable Session register() throws InterruptedException {
        Backoff backoff = new Backoff();
        boolean away = false;
        while (!exit.isDone()) {
            ControlPlane.Answer answer = registerOnce();
            switch (answer) {
                case ControlPlane.Answer.Ok(var body) -> {
                    Session session = accept(body);
                    if (session != null) {
                        return session;
                    }
                }
                case ControlPlane.Answer.Unauthorized no -> {
                    StateLog.warn("the control plane does not accept the token");
                    exit.complete(1);
                    return null;
                }
                case ControlPlane.Answer.Gone gone -> {
                    gone();
                    return null;
                }
                case ControlPlane.Answer.Rejected(var why) -> StateLog.warn("registration is refused: " + why);
                case ControlPlane.Answer.Unavailable(var why, var after) -> {
                    if (!away) {
                        StateLog.warn("cannot register yet: " + why);
                    }
                    away = true;
                }
            }
            backoff.pause(answer);
        }
        return null;
    }

    private @Nullable Session accept(Json.Obj body) {
        try {
            Session session = Session.from(body);
            home.writeToken(session.token());
            StateLog.info("registered as " + config.instance());
            return session;
        } catch (JsonException malformed) {
            StateLog.warn("the registration's answer is malformed: " + malformed.getMessage());
        } catch (IOException full) {
            StateLog.warn("cannot keep the instance token: " + full.getMessage());
        }
        return null;
    }

    private ControlPlane.Answer registerOnce() {
        String kept = null;
        try {
            kept = home.readToken();
        } catch (IOException unreadable) {
            StateLog.warn("cannot read the instance token: " + unreadable.getMessage());
        }
        String version = Agent.class.getPackage().getImplementationVersion();
        Json body = new Json.Obj(Map.of(
                "instance", new Json.Text(config.instance()),
                "agentVersion", new Json.Text(version == null ? "0" : version),
                "pid", Json.Num.of(ProcessHandle.current().pid()),
                "capacity",
                        new Json.Obj(Map.of(
                                "cpuMillis",
                                Json.Num.of(Runtime.getRuntime().availableProcessors() * 1_000L),
                                "memoryBytes",
                                Json.Num.of(ProcFs.machineMemoryBytes()))),
                "capabilities", Report.texts(launcher.capabilities())));
        String first = kept == null ? config.registrationToken() : kept;
        ControlPlane.Answer answer = first == null
                ? new ControlPlane.Answer.Unauthorized()
                : controlPlane.post("/agent/v1/register", first, body, CALL_TIMEOUT);
        String second = config.registrationToken();
        if (answer instanceof ControlPlane.Answer.Unauthorized && kept != null && second != null) {
            // A home that another instance had before holds that one's token.
            return controlPlane.post("/agent/v1/register", second, body, CALL_TIMEOUT);
        }
        return answer;
    }

    private void poll(Reconciler live, Uplink uplink) throws InterruptedException {
        Backoff backoff = new Backoff();
        String seen = null;
        Json told = null;
        boolean away = false;
        while (!exit.isDone()) {
            Json data = live.data();
            Map<String, Json> body = new HashMap<>(live.status());
            if (seen != null) {
                body.put("seen", new Json.Text(seen));
            }
            if (seen == null || !data.equals(told)) {
                body.put("data", data);
            }
            Duration timeout = uplink.session().poll().plus(POLL_SLACK);
            ControlPlane.Answer answer = uplink.post("/agent/v1/poll", new Json.Obj(body), timeout);
            String failure = polled(live, uplink, answer);
            if (failure == null && answer instanceof ControlPlane.Answer.Ok(var desired)) {
                seen = desired.text("version");
                // Another control plane may have answered than the one that was told.
                told = desired.find("tell") instanceof Json.Bool(var again) && again ? null : data;
                backoff.reset();
                if (away) {
                    StateLog.info("the control plane is back");
                }
                away = false;
            } else {
                live.away();
                seen = null; // so that the first answer comes at once and not when something changes
                if (!away && failure != null) {
                    StateLog.warn("the control plane is away: " + failure);
                }
                away = true;
                backoff.pause(answer);
            }
        }
    }

    /** Applies the answer; gives the reason where there was nothing to apply. */
    private @Nullable String polled(Reconciler live, Uplink uplink, ControlPlane.Answer answer)
            throws InterruptedException {
        return switch (answer) {
            case ControlPlane.Answer.Ok(var body) -> {
                try {
                    live.apply(Desired.from(body));
                    yield null;
                } catch (JsonException malformed) {
                    yield "malformed answer: " + malformed.getMessage();
                }
            }
            case ControlPlane.Answer.Gone gone -> {
                gone();
                yield "gone";
            }
            case ControlPlane.Answer.Unauthorized no -> {
                Session fresh = register();
                if (fresh != null) {
                    uplink.renew(fresh);
                    live.warmUps().registered();
                }
                yield "the token was not accepted";
            }
            case ControlPlane.Answer.Rejected(var why) -> why;
            case ControlPlane.Answer.Unavailable(var why, var after) -> why;
        };
    }

    private void gone() {
        if (exit.complete(0)) {
            StateLog.info("the instance has no future");
        }
    }

    private void report(Reconciler live, Uplink uplink) throws InterruptedException {
        Backoff backoff = new Backoff();
        while (true) {
            List<Report> batch = outbox.take();
            ControlPlane.Answer answer = uplink.post("/agent/v1/report", Outbox.toJson(batch), CALL_TIMEOUT);
            switch (answer) {
                case ControlPlane.Answer.Ok ok -> {
                    outbox.acknowledge();
                    live.acknowledged(batch);
                    backoff.reset();
                }
                case ControlPlane.Answer.Gone gone -> {
                    gone();
                    return;
                }
                case ControlPlane.Answer.Rejected(var why) -> {
                    StateLog.warn("reports are refused: " + why);
                    outbox.dropSentSamples();
                    backoff.pause(answer);
                }
                case ControlPlane.Answer.Unauthorized no -> backoff.pause(answer); // the poll loop registers again
                case ControlPlane.Answer.Unavailable(var why, var after) -> backoff.pause(answer);
            }
        }
    }

    private void sample(Reconciler live, Uplink uplink) throws InterruptedException {
        boolean noticed = false;
        while (!exit.isDone()) {
            Thread.sleep(uplink.session().sample());
            var attempts = live.attempts();
            if (!attempts.isEmpty()) {
                List<ProcFs.Stat> snapshot = launcher.hasCgroups() ? List.of() : ProcFs.all();
                attempts.forEach(attempt -> attempt.sample(snapshot));
            }
            if (!noticed && Files.exists(home.interruptionNotice())) {
                noticed = true;
                noticed(new CloudNotices.Notice("file", null, true));
            }
        }
    }

    private void watchNotices(CloudNotices notices) throws InterruptedException {
        Set<String> told = new HashSet<>();
        boolean answered = true;
        while (!exit.isDone()) {
            try {
                CloudNotices.Notice notice = notices.ask();
                answered = true;
                if (notice != null && told.add(notice.name())) {
                    noticed(notice);
                    if (notice.last()) {
                        return;
                    }
                }
            } catch (IOException away) {
                if (answered) {
                    StateLog.warn("the cloud's metadata service does not say whether this machine is taken back: "
                            + away.getMessage());
                }
                answered = false;
            }
            Thread.sleep(NOTICE_PAUSE);
        }
    }

    private void noticed(CloudNotices.Notice notice) {
        StateLog.info(
                "the machine will be taken away: " + notice.name() + (notice.by() == null ? "" : " at " + notice.by()));
        outbox.add(new Report.Interrupted(notice.name(), notice.by()));
    }

    /** After a sleep the control plane may have hung up without our noticing: everything is asked anew. */
    private void watchClock() throws InterruptedException {
        ClockSteps steps = new ClockSteps(System.currentTimeMillis(), System.nanoTime());
        while (!exit.isDone()) {
            Thread.sleep(CLOCK_PAUSE);
            Duration step = steps.since(System.currentTimeMillis(), System.nanoTime());
            if (!step.isZero()) {
                StateLog.info("the clock was set by " + step.toMillis() + " ms: this machine may have slept");
                controlPlane.hangUp();
            }
        }
    }

    private void shipLogs(Reconciler live) throws InterruptedException {
        while (!exit.isDone()) {
            Thread.sleep(LOG_PAUSE);
            live.attempts().forEach(Attempt::shipLogs);
        }
    }
}
