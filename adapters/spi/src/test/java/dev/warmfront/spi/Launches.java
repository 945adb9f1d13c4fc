package dev.warmfront.spi;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import java.net.URI;

/** Launch requests for adapters' tests. */
public final class Launches {

    private Launches() {}

    /** A launch by an intent of that name; its instance, and the secret that must not be shown, are named for it. */
    public static LaunchRequest of(String installation, Offering offering, String token) {
        IntentToken intent = new IntentToken(token);
        return new LaunchRequest(
                intent,
                new InstanceTags(installation, new CellId("default"), new InstanceId("i-of-" + token), intent),
                offering,
                URI.create("http://127.0.0.1:9"),
                "secret-of-" + token);
    }
}
