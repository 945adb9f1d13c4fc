package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.ProviderOutcome;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What goes wrong between an adapter and its cloud, the same list for each: it is said in one sentence that names the setting
 * to change, holds no secret, and leaves no machine behind.
 *
 * @param <A> the account that it happens to
 */
public abstract class TroubleContract<A extends StandInAccount<A>> {

    /** What goes wrong. */
    public enum Trouble {
        WRONG_CREDENTIALS(false),
        MISSING_PERMISSION(false),
        UNKNOWN_REGION(false),
        BAD_IMAGE(false),
        QUOTA_OF_NOTHING(false),
        HANGING_ENDPOINT(true),
        NO_ENDPOINT(true),
        ENDPOINT_WITHOUT_TLS(false);

        private final boolean passing;

        Trouble(boolean passing) {
            this.passing = passing;
        }
    }

    private static final Pattern ONE_LINE = Pattern.compile("[^\\n]{10,450}");

    /** A setting that is wrong in itself, with words of the complaint. */
    public record Wrong(String name, String value, String complaint) {}

    /** Fresh for each test. */
    protected final A account;

    /**
     * @param account closed after the test
     */
    protected TroubleContract(A account) {
        this.account = account;
    }

    @AfterEach
    final void closeTheAccount() {
        account.close();
    }

    /**
     * Brings a trouble about.
     *
     * @return what the sentence must hold, the setting to change among it
     */
    protected abstract List<String> bringAbout(Trouble trouble) throws Exception;

    /** The factory whose settings are examined. */
    protected abstract ComputeProviderFactory factory();

    /** Settings that are refused before anything is called. */
    protected abstract List<Wrong> wrongSettings();

    /** A sentence, and whether waiting may help. */
    public record Said(String sentence, boolean retryable) {}

    /** What is said when offerings are asked for and one of them is launched. */
    protected final Said said() {
        try (ComputeProvider provider = account.open()) {
            LaunchRequest request = Launches.of("trouble", provider.offerings().getFirst(), "t-1");
            ProviderOutcome outcome = provider.launch(request);
            assertThat(outcome.toString()).doesNotContain(request.registrationToken());
            return switch (outcome) {
                case ProviderOutcome.Invalid(var why) -> checked(why, false);
                case ProviderOutcome.QuotaExceeded(var what) -> checked(what, false);
                default -> throw new AssertionError("no trouble: " + outcome);
            };
        } catch (ProviderUnavailableException trouble) {
            return checked(String.valueOf(trouble.getMessage()), trouble.retryable());
        }
    }

    private Said checked(String sentence, boolean retryable) {
        assertThat(sentence).matches(ONE_LINE);
        factory().settings().stream()
                .filter(ComputeProviderFactory.Setting::secret)
                .forEach(secret ->
                        assertThat(sentence).doesNotContain(account.settings().getOrDefault(secret.name(), "\0")));
        assertThat(account.machines()).as("machines left behind").isZero();
        return new Said(sentence, retryable);
    }

    @ParameterizedTest
    @EnumSource
    void isSaidInOneSentenceThatNamesTheSettingToChange(Trouble trouble) throws Exception {
        List<String> words = bringAbout(trouble);
        Said said = said();
        assertThat(said.sentence()).contains(words);
        assertThat(said.retryable()).as("may be over by waiting").isEqualTo(trouble.passing);
    }

    @Test
    void aSettingThatIsWrongIsNamed() {
        for (Wrong wrong : wrongSettings()) {
            Map<String, String> settings = new TreeMap<>(account.settings());
            settings.put(wrong.name(), wrong.value());
            try (ComputeProvider provider = factory().create(new dev.warmfront.domain.ProviderId("wrong"), settings)) {
                throw new AssertionError(wrong + " was taken by " + provider);
            } catch (IllegalArgumentException complaint) {
                assertThat(complaint)
                        .as("%s", wrong)
                        .hasMessageContaining(wrong.complaint())
                        .hasMessageMatching(ONE_LINE);
            }
        }
    }

    @Test
    void isFoundByItsKind() {
        assertThat(ServiceLoader.load(ComputeProviderFactory.class))
                .extracting(ComputeProviderFactory::kind)
                .contains(factory().kind());
    }

    @Test
    void itsSettingsAreOnThePageOfProviders() {
        ProvidersPage.checkSettings(factory());
    }
}
