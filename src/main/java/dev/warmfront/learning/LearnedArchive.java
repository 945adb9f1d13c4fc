package dev.warmfront.learning;

import dev.warmfront.platform.Blocking;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Keeps what a cell has learned, in pieces of a size that the database likes. Two owners of a cell may both keep theirs: each
 * brings its own place in time, so either is true. Blocks; called by the learner's thread.
 */
final class LearnedArchive {

    private static final int PIECE = 4 << 20;

    /** How it is read back. */
    interface Reading {
        Learned from(DataInputStream in) throws IOException;
    }

    private final Pool pool;
    private final String cell;

    LearnedArchive(Pool pool, String cell) {
        this.pool = pool;
        this.cell = cell;
    }

    /** Keeps it; gives the bytes that took. */
    long save(Learned learned) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, fast))) {
            learned.write(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail to be written", e);
        } finally {
            fast.end();
        }
        byte[] whole = bytes.toByteArray();
        Blocking.await(pool.withTransaction(connection -> {
            Future<?> last = connection
                    .preparedQuery("delete from learned where cell_id = $1")
                    .execute(Tuple.of(cell));
            for (int at = 0; at < whole.length; at += PIECE) {
                int part = at / PIECE;
                Buffer piece = Buffer.buffer().appendBytes(whole, at, Math.min(PIECE, whole.length - at));
                last = last.compose(before -> connection
                        .preparedQuery("insert into learned values ($1, $2, $3, now())")
                        .execute(Tuple.of(cell, part, piece)));
            }
            return last;
        }));
        return whole.length;
    }

    /**
     * What was kept; empty where nothing was.
     *
     * @throws IOException when it cannot be read
     */
    Optional<Learned> load(Reading reading) throws IOException {
        List<InputStream> pieces = new ArrayList<>();
        for (Row row : Blocking.await(pool.preparedQuery("select body from learned where cell_id = $1 order by part")
                .execute(Tuple.of(cell)))) {
            pieces.add(new ByteArrayInputStream(row.getBuffer("body").getBytes()));
        }
        if (pieces.isEmpty()) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(
                new InflaterInputStream(new SequenceInputStream(Collections.enumeration(pieces))))) {
            return Optional.of(reading.from(in));
        } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
            throw new IOException("damaged: " + damaged.getMessage(), damaged);
        }
    }
}
