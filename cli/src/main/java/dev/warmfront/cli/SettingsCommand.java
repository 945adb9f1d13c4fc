package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a tenant wants held and spent for it. */
@Command(
        name = "settings",
        description =
                "A tenant's monthly budget, how long machines are kept for it, how much it minds waiting and where its tasks may run;"
                        + " without an option, shows them.",
        mixinStandardHelpOptions = true)
final class SettingsCommand implements Callable<Integer> {

    private static final String PATH = "/v1/tenant/settings";
    private static final String NONE = "none";
    private static final Pattern PLACEMENT = Pattern.compile("[^\\s,/]+(/[^\\s,/]+)*");

    @Option(
            names = "--monthly-budget",
            paramLabel = "DOLLARS",
            description =
                    "From nine tenths on nothing is launched ahead of tasks; when it is spent nothing begins. Or: none.")
    @Nullable String budget;

    @Option(
            names = "--min-retention",
            paramLabel = "SECONDS",
            description = "Idle machines are kept at least as long. Or: none.")
    @Nullable String least;

    @Option(
            names = "--max-retention",
            paramLabel = "SECONDS",
            description = "Nothing is held or launched ahead longer after the last task. Or: none.")
    @Nullable String most;

    @Option(
            names = "--p95-wait",
            paramLabel = "SECONDS",
            description = "One task in twenty may wait for longer. Or: none.")
    @Nullable String wait;

    @Option(
            names = "--wait-price-per-hour",
            paramLabel = "DOLLARS",
            description =
                    "What an hour of one task's waiting is worth. Or: none. With neither, the operator's target holds.")
    @Nullable String price;

    @Option(
            names = "--placements",
            paramLabel = "PLACEMENT[,…]",
            description =
                    "Tasks run there only: PROVIDER, PROVIDER/REGION or PROVIDER/REGION/ZONE. Or: none, for anywhere.")
    @Nullable String placements;

    @Option(
            names = "--spot-share",
            paramLabel = "SHARE",
            description =
                    "So much of what runs at a time may be on spot machines: 0 for nothing to 1 for all. Or: none, for 1.")
    @Nullable String spot;

    private final Context context;

    SettingsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Api api = context.api();
        JsonNode settings = api.get(PATH);
        if (isAnythingSaid()) {
            ObjectNode wanted = Json.object();
            put(wanted, "monthlyBudgetNanoUsd", settings, nanos("--monthly-budget", budget));
            put(wanted, "minRetentionSeconds", settings, number("--min-retention", least, "seconds"));
            put(wanted, "maxRetentionSeconds", settings, number("--max-retention", most, "seconds"));
            put(wanted, "p95WaitSeconds", settings, number("--p95-wait", wait, "seconds"));
            put(wanted, "waitPriceNanoUsdPerHour", settings, nanos("--wait-price-per-hour", price));
            putPlacements(wanted, settings);
            put(wanted, "spotShare", settings, share(spot));
            settings = api.replace(PATH, wanted, settings.path("version").asLong());
        }
        context.out().println(context.json() ? settings.toString() : told(settings));
        return Main.DONE;
    }

    private boolean isAnythingSaid() {
        return budget != null
                || least != null
                || most != null
                || wait != null
                || price != null
                || placements != null
                || spot != null;
    }

    private void putPlacements(ObjectNode wanted, JsonNode before) {
        if (placements == null) {
            if (before.hasNonNull("placements")) {
                wanted.set("placements", before.get("placements"));
            }
        } else if (!placements.equals(NONE)) {
            ArrayNode named = wanted.putArray("placements");
            for (String placement : placements.split(",", -1)) {
                if (!PLACEMENT.matcher(placement).matches()) {
                    throw CliException.badUse(
                            "--placements takes PROVIDER, PROVIDER/REGION or PROVIDER/REGION/ZONE, several with commas, or none, not "
                                    + placements);
                }
                named.add(placement);
            }
        }
    }

    /** What is said, or what was before; nothing for {@code none}, which ends a bound. */
    private static void put(ObjectNode wanted, String field, JsonNode before, @Nullable BigDecimal said) {
        JsonNode value = before.get(field);
        if (said == null && value != null && !value.isNull()) {
            wanted.set(field, value);
        } else if (said != null && said.signum() >= 0) {
            wanted.put(field, said);
        }
    }

    private static @Nullable BigDecimal nanos(String option, @Nullable String dollars) {
        BigDecimal exact = number(option, dollars, "dollars");
        return exact == null ? null : exact.movePointRight(9).setScale(0, RoundingMode.HALF_EVEN);
    }

    private static @Nullable BigDecimal share(@Nullable String text) {
        BigDecimal share = number("--spot-share", text, "0 to 1");
        if (share != null && (share.compareTo(BigDecimal.ONE) > 0 || share.scale() > 6)) {
            throw CliException.badUse("--spot-share takes 0 to 1 with at most six decimals, or none, not " + text);
        }
        return share;
    }

    /** A number that is not negative; −1 for {@code none}; null where nothing was said. */
    private static @Nullable BigDecimal number(String option, @Nullable String text, String unit) {
        if (text == null) {
            return null;
        }
        if (text.equals(NONE)) {
            return BigDecimal.ONE.negate();
        }
        try {
            BigDecimal number = new BigDecimal(text);
            if (number.signum() >= 0 && number.precision() - number.scale() < 12) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what would do.
        }
        throw CliException.badUse("%s takes %s, or none, not %s".formatted(option, unit, text));
    }

    private static String told(JsonNode settings) {
        boolean bounded = settings.hasNonNull("monthlyBudgetNanoUsd");
        String spent = Text.money(settings, "spentNanoUsd");
        String month = Json.text(settings, "month");
        String budget = bounded
                ? "budget     %s a month; %s spent in %s: %s"
                        .formatted(Text.money(settings, "monthlyBudgetNanoUsd"), spent, month, allowance(settings))
                : "budget     none; %s spent in %s".formatted(spent, month);
        String most = settings.hasNonNull("maxRetentionSeconds")
                ? Text.seconds(settings, "maxRetentionSeconds") + " s at most"
                : "as long as it pays";
        return budget
                + System.lineSeparator()
                + "retention  %s s at least, %s".formatted(Text.seconds(settings, "minRetentionSeconds"), most)
                + System.lineSeparator()
                + "waiting    " + objective(settings)
                + System.lineSeparator()
                + "machines   " + machines(settings);
    }

    private static String objective(JsonNode settings) {
        String target = settings.hasNonNull("p95WaitSeconds")
                ? "one task in twenty for longer than %s s".formatted(Text.seconds(settings, "p95WaitSeconds"))
                : "";
        String price = settings.hasNonNull("waitPriceNanoUsdPerHour")
                ? "%s for an hour of a task".formatted(Text.money(settings, "waitPriceNanoUsdPerHour"))
                : "";
        return target.isEmpty() && price.isEmpty()
                ? "as much as the operator's target lets"
                : target + (target.isEmpty() || price.isEmpty() ? "" : "; ") + price;
    }

    private static String machines(JsonNode settings) {
        List<String> named = new ArrayList<>();
        settings.path("placements").forEach(placement -> named.add(placement.asText()));
        String where = named.isEmpty() ? "anywhere" : "in " + String.join(", ", named);
        BigDecimal share = settings.path("spotShare").decimalValue();
        if (!settings.hasNonNull("spotShare") || share.compareTo(BigDecimal.ONE) >= 0) {
            return where;
        }
        return share.signum() == 0
                ? where + "; never on spot"
                : "%s; at most %s of what runs on spot".formatted(where, share.toPlainString());
    }

    private static String allowance(JsonNode settings) {
        return switch (Json.text(settings, "allowance")) {
            case "SPENT" -> "nothing new begins until the month or the budget changes";
            case "NO_SPECULATION" -> "nothing is launched ahead of tasks any more";
            default -> "open";
        };
    }
}
