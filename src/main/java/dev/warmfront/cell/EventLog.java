package dev.warmfront.cell;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.PastLoad;
import dev.warmfront.scheduler.PastTask;
import dev.warmfront.scheduler.PoolAdvice;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.Snapshot;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TenantAccount;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a cell was told, when, and a digest of what it decided, as lines of JSON: one file for each tenure, which begins
 * with the state that was read. {@link EventLogReplay} decides it all again. For those who want to know why something was decided,
 * on a copy and at leisure; off unless a folder is configured. Not safe for threads: the cell's own writes.
 */
final class EventLog implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EventLog.class);

    /** A log that nobody looks at must not fill the disk. */
    private static final long MOST_CHARACTERS = 1L << 30;

    /** A line of the log. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "line")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Line.Begun.class, name = "begun"),
        @JsonSubTypes.Type(value = Line.Decided.class, name = "decided")
    })
    sealed interface Line {

        /** What a tenure begins with. */
        record Begun(
                long epoch,
                CellSettings settings,
                LoggedPolicy policy,
                List<PoolPolicies.Lead> leads,
                long nextSequence,
                List<TenantProfile> tenants,
                List<TenantAccount> accounts,
                List<Snapshot.TenantEnvironment> environments,
                List<Offering> offerings,
                PoolSettings defaultPool,
                List<Batch.PoolRow> pools,
                List<PoolAdvice> advice,
                List<Task> tasks,
                List<Instance> instances,
                List<Intent> openIntents,
                @Nullable List<Reservation> reservations,
                List<PastTask> past,
                @Nullable List<PastLoad> loads)
                implements Line {

            static Begun of(
                    long epoch,
                    CellSettings settings,
                    CellConfig.Policy policy,
                    List<PoolPolicies.Lead> leads,
                    Snapshot snapshot,
                    List<PastTask> past,
                    List<PastLoad> loads) {
                return new Begun(
                        epoch,
                        settings,
                        LoggedPolicy.of(policy),
                        leads,
                        snapshot.nextSequence(),
                        snapshot.tenants(),
                        snapshot.accounts(),
                        snapshot.environments(),
                        snapshot.offerings(),
                        snapshot.defaultPool(),
                        snapshot.pools().entrySet().stream()
                                .map(entry -> new Batch.PoolRow(entry.getKey().toString(), entry.getValue()))
                                .toList(),
                        snapshot.advice(),
                        snapshot.tasks(),
                        snapshot.instances(),
                        snapshot.openIntents(),
                        snapshot.reservations(),
                        past,
                        loads);
            }

            Snapshot snapshot() {
                TreeMap<PoolId, PoolSettings> byPool = new TreeMap<>();
                pools.forEach(row -> byPool.put(PoolId.parse(row.id()), row.settings()));
                return new Snapshot(
                        nextSequence,
                        tenants,
                        accounts,
                        environments,
                        offerings,
                        defaultPool,
                        byPool,
                        advice,
                        tasks,
                        instances,
                        openIntents,
                        // A log of before there were any has none.
                        reservations == null ? List.of() : reservations);
            }
        }

        /**
         * An event and what came of it.
         *
         * @param digest of the answer and the changes, {@link #digest(Decision)}
         */
        record Decided(Instant at, Event event, String digest) implements Line {

            /** Equal for equal answers and changes in the same order, and, for all practical purposes, only for them. */
            static String digest(Decision decision) {
                try {
                    MessageDigest sha = MessageDigest.getInstance("SHA-256");
                    sha.update(decision.answer().toString().getBytes(StandardCharsets.UTF_8));
                    decision.changes()
                            .forEach(change -> sha.update(change.toString().getBytes(StandardCharsets.UTF_8)));
                    return HexFormat.of().formatHex(sha.digest());
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException("every JDK has SHA-256", e);
                }
            }
        }
    }

    private final BufferedWriter out;
    private final Path file;
    private long characters;
    private boolean stopped;

    private EventLog(BufferedWriter out, Path file) {
        this.out = out;
        this.file = file;
    }

    /**
     * Begins the log of a tenure; null, with a warning, where that cannot be written.
     *
     * @param part of the tenure: its state is read again where its policies are
     */
    static @Nullable EventLog begin(Path folder, int part, Line.Begun begun) {
        String name = "cell-%s-%d".formatted(begun.settings().cell().value(), begun.epoch());
        Path file = folder.resolve(name + (part == 1 ? "" : "-" + part) + ".jsonl");
        try {
            Files.createDirectories(folder);
            EventLog log = new EventLog(Files.newBufferedWriter(file), file);
            log.write(begun);
            return log;
        } catch (IOException e) {
            LOG.warnf("events are not logged: %s cannot be written: %s", file, e.getMessage());
            return null;
        }
    }

    void decided(Instant at, Event event, Decision decision) {
        if (stopped) {
            return;
        }
        try {
            write(new Line.Decided(at, event, Line.Decided.digest(decision)));
            if (event instanceof Event.Tick) {
                out.flush();
            }
        } catch (IOException e) {
            stopped = true;
            LOG.warnf("events are logged no more: %s: %s", file, e.getMessage());
        }
    }

    private void write(Line line) throws IOException {
        String text = CellJson.write(line);
        characters += text.length();
        if (characters > MOST_CHARACTERS) {
            throw new IOException("the log has grown to " + MOST_CHARACTERS + " characters");
        }
        out.write(text);
        out.write('\n');
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            LOG.warnf("the log of events %s may lack its end: %s", file, e.getMessage());
        }
    }
}
