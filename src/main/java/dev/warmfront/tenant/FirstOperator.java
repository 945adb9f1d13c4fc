package dev.warmfront.tenant;

import dev.warmfront.platform.Node;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Somebody must hold the first key: the configured one, or one that is written to the data folder at the first start. */
@ApplicationScoped
public class FirstOperator {

    static final String FILE = "operator-key";
    private static final Logger LOG = Logger.getLogger(FirstOperator.class);
    private static final String INSERT = """
            insert into api_key (tenant_id, key_id, key_hash, role, name, created_at)
            select '', $1, $2, 'operator', $1, now()
            where $3 or not exists (select 1 from api_key where tenant_id = '' and revoked_at is null)
            on conflict do nothing
            """;

    private final Node node;
    private final Pool pool;

    FirstOperator(Node node, Pool pool) {
        this.node = node;
        this.pool = pool;
    }

    void start(@Observes @Priority(1_500) StartupEvent event) {
        if (node.operatorKey().isPresent()) {
            // A key of another value under the same name would be ignored: the name follows the value.
            String key = node.operatorKey().get();
            insert("configured-" + node.mac("operator:" + key).substring(0, 8), key, true);
            return;
        }
        String fresh = ApiKeys.fresh();
        // Written first: a key that is in the database and nowhere else would lock everybody out.
        Path path = node.data().resolve(FILE + ".new");
        node.writeSecret(FILE + ".new", fresh);
        try {
            if (insert("first", fresh, false)) {
                java.nio.file.Files.move(
                        path,
                        node.data().resolve(FILE),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                LOG.infof("the operator's key is in %s", node.data().resolve(FILE));
            } else {
                java.nio.file.Files.deleteIfExists(path);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("cannot write " + FILE + " in " + node.data(), e);
        }
    }

    private boolean insert(String name, String key, boolean always) {
        try {
            return pool.preparedQuery(INSERT)
                            .execute(Tuple.of(name, Buffer.buffer(ApiKeys.hash(key)), always))
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS)
                            .rowCount()
                    == 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at start", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the database does not take the operator's key", e);
        }
    }
}
