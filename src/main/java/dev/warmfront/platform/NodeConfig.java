package dev.warmfront.platform;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/** Settings of this process. */
@ConfigMapping(prefix = "warmfront")
public interface NodeConfig {

    /** Folder for the database, secrets and instances; see {@code WARMFRONT_DATA}. */
    Optional<String> data();

    /** Where agents and people reach the control plane: the load balancer's address where there is one. */
    Optional<URI> url();

    /** Where other replicas reach this one; its own address by default. */
    Optional<URI> internalUrl();

    /** The installation's secret, 64 hexadecimal digits; replicas need the same. Kept in the data folder by default. */
    Optional<String> secret();

    /** The first operator's key, for installations that bring their own secrets. */
    Optional<String> operatorKey();
}
