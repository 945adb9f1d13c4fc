/** The control plane side of the agent protocol (docs/agent-protocol.md). */
@NullMarked
package dev.warmfront.agent;

import org.jspecify.annotations.NullMarked;
