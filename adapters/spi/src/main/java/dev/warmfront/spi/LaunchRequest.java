package dev.warmfront.spi;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import java.net.URI;

/**
 * One instance wanted.
 *
 * @param token idempotency token
 * @param tags what to mark it with
 * @param offering what to launch, as {@link ComputeProvider#offerings} gave it
 * @param controlPlane where its agent calls home
 * @param registrationToken secret, good for one registration of this instance's agent; never logged
 */
public record LaunchRequest(
        IntentToken token, InstanceTags tags, Offering offering, URI controlPlane, String registrationToken) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "LaunchRequest[token=%s, tags=%s, offering=%s, controlPlane=%s]"
                .formatted(token, tags, offering.id(), controlPlane);
    }
}
