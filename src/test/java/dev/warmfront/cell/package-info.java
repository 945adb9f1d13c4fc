/** Tests of what agents are told. */
@NullMarked
package dev.warmfront.cell;

import org.jspecify.annotations.NullMarked;
