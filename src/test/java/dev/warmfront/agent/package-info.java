/** Tests of what agents are told. */
@NullMarked
package dev.warmfront.agent;

import org.jspecify.annotations.NullMarked;
