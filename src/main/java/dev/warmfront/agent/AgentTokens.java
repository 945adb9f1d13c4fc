package dev.warmfront.agent;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.platform.Node;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The secrets of agents: made from the installation's secret, so that they need no table and outlive restarts. */
@ApplicationScoped
public class AgentTokens {

    private static final String BEARER = "Bearer ";

    private final Node node;

    AgentTokens(Node node) {
        this.node = node;
    }

    /** An instance's own token, which names it. */
    String instanceToken(InstanceId instance) {
        return instance + "." + node.mac("instance:" + instance);
    }

    /** Whether the header carries the instance's registration token. */
    boolean registers(InstanceId instance, String authorization) {
        return node.isMac("register:" + instance, bearer(authorization));
    }

    /** The instance whose token the header carries. */
    Optional<InstanceId> instance(String authorization) {
        String token = bearer(authorization);
        int dot = token.lastIndexOf('.');
        if (dot < 1) {
            return Optional.empty();
        }
        String instance = token.substring(0, dot);
        return node.isMac("instance:" + instance, token.substring(dot + 1))
                ? Optional.of(new InstanceId(instance))
                : Optional.empty();
    }

    private static String bearer(String authorization) {
        return authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
    }
}
