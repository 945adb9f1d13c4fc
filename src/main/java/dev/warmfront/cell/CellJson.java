package dev.warmfront.cell;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.warmfront.domain.Blob;
import dev.warmfront.domain.EnvironmentId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.scheduler.Allocation;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Reservation;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How values that the database need not look into are written in its JSON columns, and read back. */
public final class CellJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(identifiers())
            .addMixIn(ProviderOutcome.class, OutcomeByName.class)
            .addMixIn(Event.class, EventByName.class)
            .addMixIn(TaskInput.class, InputByName.class)
            .registerSubtypes(Event.class.getPermittedSubclasses())
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final TypeReference<List<Allocation>> ALLOCATIONS = new TypeReference<>() {};
    private static final TypeReference<List<PlacementPattern>> PLACEMENTS = new TypeReference<>() {};
    private static final TypeReference<TreeMap<String, Blob>> OUTPUTS = new TypeReference<>() {};

    /** Names in the column, so that renaming a class does not orphan rows. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ProviderOutcome.Accepted.class, name = "accepted"),
        @JsonSubTypes.Type(value = ProviderOutcome.InsufficientCapacity.class, name = "insufficient-capacity"),
        @JsonSubTypes.Type(value = ProviderOutcome.QuotaExceeded.class, name = "quota-exceeded"),
        @JsonSubTypes.Type(value = ProviderOutcome.Throttled.class, name = "throttled"),
        @JsonSubTypes.Type(value = ProviderOutcome.Invalid.class, name = "invalid"),
        @JsonSubTypes.Type(value = ProviderOutcome.NotFound.class, name = "not-found"),
        @JsonSubTypes.Type(value = ProviderOutcome.Unsupported.class, name = "unsupported")
    })
    private interface OutcomeByName {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "input")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = TaskInput.Dataset.class, name = "dataset"),
        @JsonSubTypes.Type(value = TaskInput.Output.class, name = "output")
    })
    private interface InputByName {}

    /** Events are only in logs, which are read by the version that wrote them: names of classes will do. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "event")
    private interface EventByName {}

    private CellJson() {}

    /** The task as submitted, from its row. */
    public static TaskSpec spec(String json) {
        return read(TaskSpec.class, json);
    }

    /** Pool settings as the cell keeps them, from their row. */
    public static PoolSettings poolSettings(String json) {
        return read(PoolSettings.class, json);
    }

    /** The offering that an instance was launched from, from its row. */
    public static Offering offering(String json) {
        return read(Offering.class, json);
    }

    /** Room that is set aside by a curve, from its row. */
    public static Reservation reservation(String json) {
        return read(Reservation.class, json);
    }

    /** What is set aside on an instance, from its row. */
    public static List<Allocation> allocations(String json) {
        return read(ALLOCATIONS, json);
    }

    /** The files that a task left, from its row. */
    public static SortedMap<String, Blob> outputs(@Nullable String json) {
        return json == null ? Collections.emptySortedMap() : read(OUTPUTS, json);
    }

    /** Where a tenant's tasks may run, from its row. */
    public static List<PlacementPattern> placements(String json) {
        return read(PLACEMENTS, json);
    }

    /** Where a tenant's tasks may run, for its row. */
    public static String placements(List<PlacementPattern> placements) {
        return write(placements);
    }

    /** A list of names, for a column. */
    public static String strings(List<String> names) {
        return write(names);
    }

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JacksonException e) {
            throw new IllegalStateException("a value of the cell cannot be written as JSON", e);
        }
    }

    static <T> String writeAs(TypeReference<T> type, T value) {
        try {
            return MAPPER.writerFor(type).writeValueAsString(value);
        } catch (JacksonException e) {
            throw new IllegalStateException("a value of the cell cannot be written as JSON", e);
        }
    }

    static <T> T read(Class<T> type, String json) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw new IllegalStateException("a row's JSON is not a " + type.getSimpleName(), e);
        }
    }

    /** A value of a column. */
    public static <T> T read(TypeReference<T> type, String json) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw new IllegalStateException("a row's JSON is not a " + type.getType(), e);
        }
    }

    private static SimpleModule identifiers() {
        SimpleModule module = new SimpleModule("warmfront-identifiers");
        asString(module, TenantId.class, TenantId::value, TenantId::new);
        asString(module, TaskId.class, TaskId::value, TaskId::new);
        asString(module, WorkflowId.class, WorkflowId::value, WorkflowId::new);
        asString(module, EnvironmentId.class, EnvironmentId::value, EnvironmentId::new);
        asString(module, InstanceId.class, InstanceId::value, InstanceId::new);
        asString(module, IntentToken.class, IntentToken::value, IntentToken::new);
        asString(module, OfferingId.class, OfferingId::value, OfferingId::new);
        asString(module, ProviderId.class, ProviderId::value, ProviderId::new);
        asString(module, PlacementPattern.class, PlacementPattern::text, PlacementPattern::new);
        return module;
    }

    private static <T> void asString(
            SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
        module.addSerializer(type, new StdSerializer<T>(type) {
            @Override
            public void serialize(T value, JsonGenerator generator, SerializerProvider provider) throws IOException {
                generator.writeString(write.apply(value));
            }
        });
        module.addDeserializer(type, new StdDeserializer<T>(type) {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                return read.apply(parser.getText());
            }
        });
    }
}
