package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * Where a service listens.
 *
 * @param host name or address, without brackets and blanks
 * @param port 1 to 65535
 * @param zone of the provider, or null: nobody said
 */
public record Endpoint(String host, int port, @Nullable String zone) {

    private static final int LONGEST_HOST = 253;
    private static final int LAST_PORT = 65_535;

    public Endpoint {
        boolean odd = host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@' || c == '[' || c == ']' || c > '~');
        if (host.isEmpty() || host.length() > LONGEST_HOST || odd) {
            throw new IllegalArgumentException("an endpoint's host is a name or an address");
        }
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("an endpoint's port is 1 to 65535, not " + port);
        }
    }

    /** {@code host:port}, the host in brackets where it holds colons. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
