package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a tenant wants held and spent for it. */
@Command(
        name = "settings",
        description = "A tenant's monthly budget and how long machines are kept for it; without an option, shows them.",
        mixinStandardHelpOptions = true)
final class SettingsCommand implements Callable<Integer> {

    private static final String PATH = "/v1/tenant/settings";
    private static final String NONE = "none";

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

    private final Context context;

    SettingsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Api api = context.api();
        JsonNode settings = api.get(PATH);
        if (budget != null || least != null || most != null) {
            ObjectNode wanted = Json.object();
            put(wanted, "monthlyBudgetNanoUsd", settings, budget == null ? null : nanos(budget));
            put(wanted, "minRetentionSeconds", settings, least == null ? null : seconds("--min-retention", least));
            put(wanted, "maxRetentionSeconds", settings, most == null ? null : seconds("--max-retention", most));
            settings = api.replace(PATH, wanted, settings.path("version").asLong());
        }
        context.out().println(context.json() ? settings.toString() : told(settings));
        return Main.DONE;
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

    private static BigDecimal nanos(String dollars) {
        BigDecimal exact = number("--monthly-budget", dollars, "dollars").movePointRight(9);
        return exact.setScale(0, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal seconds(String option, String text) {
        return number(option, text, "seconds");
    }

    /** A number that is not negative; −1 for {@code none}. */
    private static BigDecimal number(String option, String text, String unit) {
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
                + "retention  %s s at least, %s".formatted(Text.seconds(settings, "minRetentionSeconds"), most);
    }

    private static String allowance(JsonNode settings) {
        return switch (Json.text(settings, "allowance")) {
            case "SPENT" -> "nothing new begins until the month or the budget changes";
            case "NO_SPECULATION" -> "nothing is launched ahead of tasks any more";
            default -> "open";
        };
    }
}
