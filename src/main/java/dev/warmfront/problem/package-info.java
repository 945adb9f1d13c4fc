/** What clients are told when something is wrong: one catalogue, one mapper (RFC 9457). */
@NullMarked
package dev.warmfront.problem;

import org.jspecify.annotations.NullMarked;
