package dev.warmfront.learning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.warmfront.cell.CellConfig;
import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.TenantId;
import dev.warmfront.platform.TableWriter;
import dev.warmfront.problem.Problem;
import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.TenantService;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes up what ran before, so that the learner need not begin with nothing. */
@ApplicationScoped
class HistoryService {

    private static final int MOST_ERRORS = 20;
    private static final Set<String> COLUMNS = Set.of(
            "id",
            "taskType",
            "submittedAt",
            "startedAt",
            "finishedAt",
            "runtimeSeconds",
            "inputBytes",
            "code",
            "workflow",
            "parents");
    private static final Set<String> NEEDED = Set.of("id", "taskType", "submittedAt");

    private record Told(TenantId tenant, HistoryRow row) {}

    private final Pool pool;
    private final TenantService tenants;
    private final Learner learner;
    private final ObjectMapper json;
    private final TableWriter.Statement<Told> insert;

    HistoryService(Pool pool, TenantService tenants, Learner learner, ObjectMapper json, CellConfig cell) {
        this.pool = pool;
        this.tenants = tenants;
        this.learner = learner;
        this.json = json;
        this.insert = new TableWriter<Told>("history")
                .keyText("tenant_id", told -> told.tenant.value())
                .keyText("task_id", told -> told.row.id())
                .fixedText("cell_id", told -> cell.id())
                .fixedText("workflow_id", told -> told.row.workflow())
                .fixedText("task_type", told -> told.row.taskType())
                .fixedText("signature", told -> told.row.signature())
                .fixedLong("input_bytes", told -> told.row.bytes())
                .fixedTime("submitted_at", told -> told.row.submittedAt())
                .fixedTime("started_at", told -> told.row.start())
                .fixedTime("finished_at", told -> told.row.end())
                .fixedJson(
                        "parents",
                        told -> CellJson.strings(told.row.parents() == null ? List.of() : told.row.parents()))
                .insert();
    }

    /** Takes all rows or none; those known already are left as they are. */
    Uni<HistoryView> take(TenantId tenant, byte[] body, boolean csv) {
        List<Problem.FieldError> errors = new ArrayList<>();
        List<Told> rows = new ArrayList<>();
        Instant now = Instant.now();
        String text = new String(body, StandardCharsets.UTF_8);
        (csv ? csv(text, errors) : lines(text, errors)).forEach(read -> {
            String complaint = read.row.complaint(now);
            if (complaint == null) {
                rows.add(new Told(tenant, read.row));
            } else {
                errors.add(new Problem.FieldError("line " + read.line, complaint));
            }
        });
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors.subList(0, Math.min(errors.size(), MOST_ERRORS)));
        }
        if (rows.isEmpty()) {
            throw Problems.invalid("line 1", "there is no row");
        }
        return tenants.require(tenant)
                .chain(() -> Uni.createFrom()
                        .completionStage(() -> insert.count(pool, rows).toCompletionStage()))
                .map(added -> new HistoryView(rows.size(), added))
                .invoke(view -> {
                    if (view.added() > 0) {
                        learner.learnAnew();
                    }
                });
    }

    private record Read(long line, HistoryRow row) {}

    private List<Read> lines(String text, List<Problem.FieldError> errors) {
        List<Read> rows = new ArrayList<>();
        long number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (!line.isBlank()) {
                try {
                    rows.add(new Read(number, json.readValue(line, HistoryRow.class)));
                } catch (JsonProcessingException e) {
                    errors.add(new Problem.FieldError("line " + number, e.getOriginalMessage()));
                }
            }
        }
        return rows;
    }

    private static List<Read> csv(String text, List<Problem.FieldError> errors) {
        List<Read> rows = new ArrayList<>();
        try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(text)) {
            for (NamedCsvRecord each : reader) {
                long line = each.getStartingLineNumber();
                if (rows.isEmpty() && errors.isEmpty()) {
                    String complaint = header(each.getHeader());
                    if (complaint != null) {
                        errors.add(new Problem.FieldError("line 1", complaint));
                        return rows;
                    }
                }
                row(each, line, errors, rows);
            }
        } catch (CsvParseException | java.io.IOException e) {
            errors.add(new Problem.FieldError("line " + (rows.size() + 2), String.valueOf(e.getMessage())));
        }
        return rows;
    }

    private static @Nullable String header(List<String> header) {
        for (String column : header) {
            if (!COLUMNS.contains(column)) {
                return "there is no column " + column + "; there are "
                        + String.join(", ", COLUMNS.stream().sorted().toList());
            }
        }
        for (String column : NEEDED) {
            if (!header.contains(column)) {
                return "column " + column + " is missing";
            }
        }
        return null;
    }

    private static void row(NamedCsvRecord each, long line, List<Problem.FieldError> errors, List<Read> rows) {
        try {
            String parents = field(each, "parents", Function.identity());
            rows.add(new Read(
                    line,
                    new HistoryRow(
                            field(each, "id", Function.identity()),
                            field(each, "taskType", Function.identity()),
                            field(each, "submittedAt", Instant::parse),
                            field(each, "startedAt", Instant::parse),
                            field(each, "finishedAt", Instant::parse),
                            field(each, "runtimeSeconds", Double::valueOf),
                            field(each, "inputBytes", Long::valueOf),
                            field(each, "code", Function.identity()),
                            field(each, "workflow", Function.identity()),
                            parents == null ? null : List.of(parents.strip().split("\\s+")))));
        } catch (DateTimeException | NumberFormatException e) {
            errors.add(new Problem.FieldError("line " + line, String.valueOf(e.getMessage())));
        }
    }

    private static <T> @Nullable T field(NamedCsvRecord each, String name, Function<String, T> read) {
        String text = each.findField(name).orElse("");
        return text.isBlank() ? null : read.apply(text);
    }
}
