package dev.warmfront.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** How pools reserve, and what there is to see of it before anything runs; with real agents: {@code ReservationsIT}. */
@QuarkusTest
final class ReservationsTest {

    private static final String SETTINGS = "/v1/pools/default/settings";

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init") // set by Quarkus before each test
    URI url;

    @Test
    void aPoolReservesByRequestUntilItIsToldOtherwise() throws Exception {
        Client operator = Client.operator(url);
        assertThat(operator.send("PUT", SETTINGS, "{\"minReady\": 0}")
                        .json()
                        .get("reserveBy")
                        .asText())
                .isEqualTo("REQUEST");

        Client.Answer set = operator.send("PUT", SETTINGS, "{\"reserveBy\": \"CURVE\"}");
        assertThat(set.json().get("reserveBy").asText()).as(set.body()).isEqualTo("CURVE");
        Client.Answer wrong = operator.send("PUT", SETTINGS, "{\"reserveBy\": \"GUESS\"}");
        assertThat(wrong.status()).as(wrong.body()).isEqualTo(422);
        assertThat(wrong.body()).contains("reserveBy");
        assertThat(operator.send("PUT", SETTINGS, "{\"reserveBy\": \"REQUEST\"}")
                        .json()
                        .get("reserveBy")
                        .asText())
                .isEqualTo("REQUEST");
    }

    @Test
    void thereAreNoneWhereNothingRuns() throws Exception {
        Client tenant = Client.operator(url).newTenant(Client.someId("calm"));

        assertThat(tenant.get("/v1/reservations").json().get("items")).isEmpty();
        assertThat(tenant.get("/v1/reservations?state=LOST").status()).isEqualTo(400);
        assertThat(Client.operator(url).get("/v1/reservations").status()).isEqualTo(200);
        assertThat(Client.operator(url).get("/q/metrics").body())
                .contains("warmfront_reservations_total{move=\"escalated\"}");
    }
}
